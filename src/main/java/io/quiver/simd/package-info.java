/**
 * Distance kernels over rows in memory: a scalar reference and one with the Vector API. The only
 * home of {@code jdk.incubator.vector}.
 */
package io.quiver.simd;
