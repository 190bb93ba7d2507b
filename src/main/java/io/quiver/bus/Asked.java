package io.quiver.bus;

import io.quiver.core.Ticket;
import io.quiver.message.Request;

/**
 * A request on its way to whoever serves it, with its ticket. It goes from sender to consumer by
 * reference and never leaves the process: a ticket has no binary form.
 */
public record Asked(Request request, Ticket ticket) {}
