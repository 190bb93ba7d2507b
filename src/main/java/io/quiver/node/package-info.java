/**
 * A running node: which verticle does what, on which threads, and the order in which they start and
 * stop. Nothing is decided about data here.
 */
package io.quiver.node;
