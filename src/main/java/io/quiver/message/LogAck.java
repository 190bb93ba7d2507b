package io.quiver.message;

/** The command stands in the log under this sequence number, as durably as was asked. */
public record LogAck(long lsn) implements Message {}
