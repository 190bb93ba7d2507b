/** Plans and runs one search of one shard: exact scan or graph, the unindexed tail, the best k. */
package io.quiver.query;
