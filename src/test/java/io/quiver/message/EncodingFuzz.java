package io.quiver.message;

import io.quiver.core.QuiverException;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.testkit.RandomMessages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Bytes of the log and the bus: no message, or one that is written and read back as it is. */
public final class EncodingFuzz implements FuzzTarget {
  @Override
  public void run(byte[] input) {
    Optional<Message> message = read(() -> Encoding.readMessage(new BinaryReader(input)));
    if (message.isPresent()) {
      byte[] written = bytes(message.get());
      Expect.equal(Encoding.readMessage(new BinaryReader(written)), message.get());
    }
    try (Arena arena = Arena.ofConfined()) { // The log is read from native memory.
      MemorySegment memory = arena.allocate(Math.max(1, input.length)).asSlice(0, input.length);
      memory.copyFrom(MemorySegment.ofArray(input));
      Optional<Command> command = read(() -> Encoding.readCommand(new BinaryReader(memory)));
      if (command.isPresent()) {
        byte[] written = bytes(command.get());
        Expect.equal(Encoding.readCommand(new BinaryReader(written)), command.get());
      }
    }
  }

  private static <T> Optional<T> read(Supplier<T> reader) {
    try {
      return Optional.of(reader.get());
    } catch (QuiverException e) {
      Expect.readable(e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    RandomMessages random = new RandomMessages(1);
    random.oneOfEach().forEach(message -> seeds.add(bytes(message)));
    random.commands().forEach(command -> seeds.add(bytes(command)));
    return seeds;
  }

  private static byte[] bytes(Message message) {
    BinaryWriter out = new BinaryWriter();
    Encoding.write(message, out);
    return out.toByteArray();
  }

  private static byte[] bytes(Command command) {
    BinaryWriter out = new BinaryWriter();
    Encoding.write(command, out);
    return out.toByteArray();
  }
}
