package io.quiver.message;

/**
 * Answered by {@link HealthReport}.
 *
 * @param deep whether to run the self-tests (write and read back a file, append to the log, run a
 *     kernel) or only to report what is known
 */
public record CheckHealth(boolean deep) implements Request {}
