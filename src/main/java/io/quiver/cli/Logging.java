package io.quiver.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/**
 * One line an event on standard error. Set up in code: reading an XML file would cost a tenth of
 * the start, and a logback.xml in the jar would govern every application that embeds Quiver. A file
 * named by {@code -Dlogback.configurationFile} wins.
 */
final class Logging {
  private static final String PATTERN =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0} %msg%replace( %kvp{NONE}){'^ $',"
          + " ''}%n";

  /** Lucene logs by way of the JDK; a logger that nobody holds forgets its level. */
  private static final java.util.logging.Logger LUCENE =
      java.util.logging.Logger.getLogger("org.apache.lucene");

  private Logging() {}

  /**
   * Sends log lines to standard error.
   *
   * @param asJson an object a line ({@link JsonLines}) instead of text
   * @param level of Quiver's own events; libraries say warnings at most
   */
  static void start(String level, boolean asJson) {
    if (System.getProperty("logback.configurationFile") != null) {
      return;
    }
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Encoder<ILoggingEvent> encoder = asJson ? new JsonLines() : text();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
    stderr.setContext(context);
    stderr.setTarget("System.err");
    stderr.setEncoder(encoder);
    stderr.start();
    Level own = Level.toLevel(level);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(own.isGreaterOrEqual(Level.WARN) ? own : Level.WARN);
    root.addAppender(stderr);
    context.getLogger("io.quiver").setLevel(own);
    quieten(context);
    LUCENE.setLevel(java.util.logging.Level.WARNING);
  }

  private static Encoder<ILoggingEvent> text() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(PATTERN);
    return encoder;
  }

  /** What libraries log of events that are in order, and that a client can cause at will. */
  private static void quieten(LoggerContext context) {
    // A connection that is accepted in the moment of a stop finds nobody; it is closed.
    context.getLogger("io.netty.bootstrap.ServerBootstrap").setLevel(Level.ERROR);
    // When a stream ends before its answer, Vert.x misses a promise that nobody gave it.
    context.getLogger("io.netty.handler.codec.http2.DefaultHttp2Connection").setLevel(Level.OFF);
  }
}
