package io.quiver.bus;

import io.quiver.message.BinaryReader;
import io.quiver.message.BinaryWriter;
import io.quiver.message.Encoding;
import io.quiver.message.Message;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;

/**
 * The one codec of all messages. Between verticles of a process a message is handed over by
 * reference, which is why messages are deeply immutable; beyond it, it travels in its binary form.
 */
public final class Codecs {
  private static final String NAME = "quiver";

  /** How a reply travels. Shared; never changed. */
  static final DeliveryOptions REPLY = new DeliveryOptions().setCodecName(NAME).setLocalOnly(true);

  /** How a change event travels: listeners may be on other members of a Vert.x cluster. */
  public static final DeliveryOptions EVENT = new DeliveryOptions().setCodecName(NAME);

  private Codecs() {}

  /** Registers the codec; does nothing if this Vert.x instance has it. */
  public static void register(Vertx vertx) {
    try {
      vertx.eventBus().registerCodec(new ByReference());
    } catch (IllegalStateException alreadyThere) {
      // Vert.x offers no look-up; another client or node of this instance came first.
    }
  }

  /** How a request travels: to this process only, and for how long its sender waits. */
  public static DeliveryOptions request(long timeoutMillis) {
    return new DeliveryOptions()
        .setCodecName(NAME)
        .setLocalOnly(true)
        .setSendTimeout(timeoutMillis);
  }

  static final class ByReference implements MessageCodec<Object, Object> {
    @Override
    public void encodeToWire(Buffer buffer, Object message) {
      BinaryWriter writer = new BinaryWriter();
      Encoding.write((Message) message, writer);
      byte[] bytes = writer.toByteArray();
      buffer.appendInt(bytes.length).appendBytes(bytes);
    }

    @Override
    public Message decodeFromWire(int position, Buffer buffer) {
      int start = position + Integer.BYTES;
      byte[] bytes = buffer.getBytes(start, start + buffer.getInt(position));
      return Encoding.readMessage(new BinaryReader(bytes));
    }

    /** Anything at all may be sent under our name; {@link Inbox} refuses what is no message. */
    @Override
    public Object transform(Object message) {
      return message;
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
