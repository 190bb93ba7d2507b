/** What operators see: metrics, probes, and the management port that serves them and no data. */
package io.quiver.ops;
