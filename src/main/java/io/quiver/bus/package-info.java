/** The event bus: addresses, codecs, the typed client, and the fan-out of searches. */
package io.quiver.bus;
