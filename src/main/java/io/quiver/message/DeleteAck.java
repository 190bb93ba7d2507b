package io.quiver.message;

/**
 * The ids are gone for every search, as durably as was asked.
 *
 * @param lsn the write's log sequence number; 0 when none of the ids existed
 * @param deleted how many of the (distinct) ids existed
 */
public record DeleteAck(long lsn, int deleted) implements Reply {}
