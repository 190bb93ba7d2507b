package io.quiver.ops;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/**
 * The clock of one connection: it runs from the moment the connection is accepted, or the first
 * byte of a later request, until the head of the request is there, or the settings of HTTP/2. It
 * stands while a body comes, while an answer is made, and between requests.
 *
 * <p>Layout: this handler is the first of the pipeline and sees bytes; {@link Decoded} is the last
 * before Vert.x and sees what they mean. Confined to the event loop of its connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that is ended has no one to tell
final class RequestHead extends ChannelInboundHandlerAdapter {
  private final ChannelPipeline pipeline;
  private final Supplier<Buffer> lateAnswer;
  private long sinceNanos = System.nanoTime();
  private boolean running = true;
  private boolean betweenRequests;
  private boolean anyByte;
  private boolean toldLate;
  private int unanswered;

  /**
   * Adds both handlers to a pipeline that has no codec yet.
   *
   * @param lateAnswer the bytes of an answer for a request that came too slowly; empty = none
   */
  RequestHead(ChannelPipeline pipeline, Supplier<Buffer> lateAnswer) {
    this.pipeline = pipeline;
    this.lateAnswer = lateAnswer;
    pipeline.addFirst(this);
    pipeline.addLast(new Decoded());
  }

  /** HTTP/2 is spoken from here on: requests are streams then, and this clock is over. */
  void release() {
    running = false;
    pipeline.remove(this);
    pipeline.remove(Decoded.class);
  }

  /**
   * Ends the connection if the head is late: with an answer if the client began a request and no
   * other answer is due before; what it still sends is not read. The second call closes for good.
   */
  void cutIfLate(long nowNanos, long nanosMax) {
    if (!running || nowNanos - sinceNanos <= nanosMax) {
      return;
    }
    Buffer answer = anyByte && unanswered == 0 && !toldLate ? lateAnswer.get() : Buffer.buffer();
    if (answer.length() == 0) {
      abort(pipeline);
      return;
    }
    toldLate = true;
    pipeline
        .firstContext()
        .writeAndFlush(Unpooled.wrappedBuffer(answer.getBytes()))
        .addListener(sent -> endOutput());
  }

  /** Closes past Vert.x' own handler, which would wait until all that it has was sent. */
  static void abort(ChannelPipeline pipeline) {
    pipeline.firstContext().close();
  }

  /** An end of stream, not a close: a close with unread input would take the answer away again. */
  private void endOutput() {
    if (pipeline.channel() instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else {
      abort(pipeline);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    if (toldLate) {
      ReferenceCountUtil.release(bytes);
      return;
    }
    anyByte = true;
    if (betweenRequests) {
      betweenRequests = false;
      running = true;
      sinceNanos = System.nanoTime();
    }
    context.fireChannelRead(bytes);
  }

  /** The other end of the decoder. */
  private final class Decoded extends ChannelDuplexHandler {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        running = false;
        betweenRequests = false;
        unanswered++;
      }
      if (message instanceof LastHttpContent) {
        betweenRequests = true;
      }
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof LastHttpContent && !isInformational(message)) {
        unanswered--;
      }
      context.write(message, promise);
    }

    private static boolean isInformational(Object message) {
      return message instanceof HttpResponse response
          && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
  }
}
