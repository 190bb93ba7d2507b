/**
 * Each command, request and reply as a record that checked itself, and their one binary encoding:
 * the same bytes in the log and on the event bus.
 */
package io.quiver.message;
