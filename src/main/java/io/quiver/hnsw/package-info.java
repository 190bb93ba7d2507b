/**
 * The graph: hierarchical navigable small worlds (Malkov and Yashunin, IEEE TPAMI 2020,
 * arXiv:1603.09320) over ordinals. It sees rows only through {@link io.quiver.vectors.Scorer}.
 */
package io.quiver.hnsw;
