package io.quiver.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.CollectionName;
import io.quiver.core.VectorId;
import io.quiver.message.ChangeEvent;
import io.quiver.message.Message;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecsTest {
  private final Codecs.ByReference codec = new Codecs.ByReference();
  private final Message event =
      new ChangeEvent(
          new CollectionName("things"),
          ChangeEvent.Kind.WRITTEN,
          7,
          List.of(new VectorId("a"), new VectorId("ü")));

  @Test
  void withinAProcessTheReceiverGetsTheVeryObject() {
    assertThat(codec.transform(event)).isSameAs(event);
  }

  /** Vert.x puts its own header before the body and may put more behind it. */
  @Test
  void overTheWireTheMessageStandsAnywhereInABuffer() {
    Buffer buffer = Buffer.buffer("header");
    int position = buffer.length();
    codec.encodeToWire(buffer, event);
    buffer.appendString("more");
    assertThat(codec.decodeFromWire(position, buffer)).isEqualTo(event);
  }
}
