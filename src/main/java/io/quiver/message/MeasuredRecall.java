package io.quiver.message;

/**
 * The recall of searches for rows of a collection.
 *
 * @param recall share of the nearest rows that was found; 1 if there was nothing to find
 * @param low the true recall of all rows lies between it and {@code high}, with a confidence of 95
 *     %
 * @param samples rows that were searched for
 * @param efSearch candidates kept, the most of any shard
 */
public record MeasuredRecall(double recall, double low, double high, int samples, int efSearch)
    implements PointReply {}
