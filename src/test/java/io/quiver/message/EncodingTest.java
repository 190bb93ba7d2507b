package io.quiver.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.testkit.RandomMessages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingTest {
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void everyMessageAndCommandComesBackEqual(long seed) {
    RandomMessages random = new RandomMessages(seed);
    for (Message message : random.oneOfEach()) {
      assertThat(Encoding.readMessage(new BinaryReader(bytes(message)))).isEqualTo(message);
    }
    for (Command command : random.commands()) {
      assertThat(Encoding.readCommand(new BinaryReader(bytes(command)))).isEqualTo(command);
    }
  }

  /** A type that is added to the sealed hierarchy must be added to the generator as well. */
  @Test
  void theGeneratorKnowsEveryMessageType() {
    Set<String> made =
        new RandomMessages(1)
            .oneOfEach().stream()
                .map(m -> m.getClass().getSimpleName())
                .collect(Collectors.toSet());
    Set<String> sealed = new TreeSet<>();
    collectRecords(Message.class, sealed);
    assertThat(made).isEqualTo(sealed);
  }

  @Test
  void everyMessageTypeHasItsOwnTag() {
    Set<Integer> tags = new TreeSet<>();
    Set<Class<?>> types = new java.util.HashSet<>();
    for (Message message : new RandomMessages(1).oneOfEach()) {
      if (types.add(message.getClass())) {
        Message plain =
            message instanceof Filtered<?> filtered
                ? (Message) filtered.filteredBy(Filter.ALL)
                : message;
        assertThat(tags.add(tag(bytes(plain)))).as("tag of %s", message.getClass()).isTrue();
      }
    }
  }

  /** Who knew of no filters wrote these, and reads them still. */
  @Test
  void aRequestWithoutAFilterIsWrittenAsBefore() {
    CountRows all = new CountRows(new CollectionName("c"));
    assertThat(HexFormat.of().formatHex(bytes(all))).isEqualTo("012c0163");
    byte[] filtered = bytes(all.filteredBy(FilterJson.read("{\"f\":{\"$gte\":5}}")));
    assertThat(HexFormat.of().formatHex(filtered))
        .isEqualTo("015a05010166" + "030101" + "020500000000000000" + "00" + "2c0163");
  }

  /** What concerns recovery and snapshots shares tags, and is told apart by the byte behind. */
  private static int tag(byte[] bytes) {
    boolean hasKind = Set.of(60, 61, 74, 75, 130, 131).contains(bytes[1] & 0xFF);
    return hasKind ? (bytes[1] & 0xFF) << 8 | bytes[2] : bytes[1];
  }

  /** The bytes of docs/formats/message.md: what is in a log must be readable for ever. */
  @Test
  void theFormatIsWhatThePageSays() {
    PutRows put =
        new PutRows(
            List.of(
                new Row(
                    new VectorId("a1"), DenseVector.of(1f, -2.5f), Metadata.ofJson("{\"n\":1}"))));
    assertThat(HexFormat.of().formatHex(bytes(put)))
        .isEqualTo(
            "01"
                + "01"
                + "01"
                + "026131"
                + "02"
                + "0000803f"
                + "000020c0"
                + "07"
                + "7b226e223a317d");
    assertThat(HexFormat.of().formatHex(bytes(new DeleteRows(List.of(new VectorId("é"))))))
        .isEqualTo("01" + "02" + "01" + "02c3a9");
    assertThat(HexFormat.of().formatHex(bytes(new LogAck(0x0102030405060708L))))
        .isEqualTo("01" + "09" + "0807060504030201");
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void aMessageCutAtAnyByteIsRefused(long seed) {
    for (Message message : new RandomMessages(seed).oneOfEach()) {
      byte[] whole = bytes(message);
      for (int cut = 0; cut < whole.length; cut++) {
        byte[] part = Arrays.copyOf(whole, cut);
        assertThatThrownBy(() -> Encoding.readMessage(new BinaryReader(part)))
            .as("%s cut at %d", message.getClass().getSimpleName(), cut)
            .isInstanceOfSatisfying(
                QuiverException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
      }
    }
  }

  @Test
  void bytesAfterTheMessageAreRefused() {
    for (Message message : new RandomMessages(7).oneOfEach()) {
      byte[] whole = bytes(message);
      byte[] longer = Arrays.copyOf(whole, whole.length + 1);
      assertThatThrownBy(() -> Encoding.readMessage(new BinaryReader(longer)))
          .isInstanceOf(QuiverException.class);
    }
  }

  /** A changed message is another message or a QuiverException; nothing else ever comes out. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void flippedBitsNeverCrashTheReader(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int round = 0; round < 40; round++) {
      for (byte[] bytes : encoded(new RandomMessages(random.nextLong()))) {
        for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        refused += readsOrRefuses(bytes) ? 0 : 1;
      }
    }
    assertThat(refused).as("flips that were noticed").isPositive();
  }

  @Test
  void noiseNeverCrashesTheReader() {
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(2, 64)];
      random.nextBytes(noise);
      noise[0] = Encoding.VERSION;
      noise[1] = (byte) random.nextInt(80);
      readsOrRefuses(noise);
    }
  }

  /** Each of these claims gigabytes; taking memory for one of them would end the test's JVM. */
  @Test
  void aLengthIsNotBelievedBeforeItsBytesAreThere() {
    for (String hex :
        List.of(
            "0101ffffffff07", // 2^31 − 1 rows
            "0101ffffffff0f", // 2^32 − 1 rows
            "010101026131ffffffff07", // a vector of 2^31 − 1 components
            "0101010261310100000000ffffffff07", // 2^31 − 1 bytes of metadata
            "0102ffffffff07", // 2^31 − 1 ids
            "010201ffffffff07")) { // an id of 2^31 − 1 bytes
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> Encoding.readCommand(new BinaryReader(bytes)))
          .as(hex)
          .isInstanceOf(QuiverException.class);
    }
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    byte[] bytes = HexFormat.of().parseHex("010201" + "02c328");
    assertThatThrownBy(() -> Encoding.readCommand(new BinaryReader(bytes)))
        .hasMessageContaining("UTF-8");
  }

  @Test
  void aWriterIsReusedAndNativeMemoryReadsTheSame() {
    BinaryWriter writer = new BinaryWriter();
    try (Arena arena = Arena.ofConfined()) {
      for (Command command : new RandomMessages(9).commands()) {
        writer.reset();
        Encoding.write(command, writer);
        MemorySegment copy = arena.allocate(writer.size() + 1L).asSlice(1);
        copy.copyFrom(writer.segment());
        assertThat(Encoding.readCommand(new BinaryReader(copy))).isEqualTo(command);
      }
    }
  }

  private static boolean readsOrRefuses(byte[] bytes) {
    try {
      Encoding.readMessage(new BinaryReader(bytes));
      return true;
    } catch (QuiverException e) {
      return false;
    }
  }

  private static List<byte[]> encoded(RandomMessages random) {
    List<byte[]> all = new ArrayList<>();
    random.oneOfEach().forEach(message -> all.add(bytes(message)));
    return all;
  }

  private static byte[] bytes(Message message) {
    BinaryWriter writer = new BinaryWriter();
    Encoding.write(message, writer);
    return writer.toByteArray();
  }

  private static byte[] bytes(Command command) {
    BinaryWriter writer = new BinaryWriter();
    Encoding.write(command, writer);
    return writer.toByteArray();
  }

  private static void collectRecords(Class<?> type, Set<String> names) {
    if (type.isRecord()) {
      names.add(type.getSimpleName());
      return;
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      collectRecords(permitted, names);
    }
  }
}
