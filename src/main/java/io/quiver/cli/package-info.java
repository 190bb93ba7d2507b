/**
 * The command line: {@code serve} and its settings, and clients of a running server. Nothing else
 * depends on it.
 */
package io.quiver.cli;
