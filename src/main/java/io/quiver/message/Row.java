package io.quiver.message;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.VectorId;

/** One vector with its key and its metadata ({@link Metadata#ABSENT} when none was given). */
public record Row(VectorId id, DenseVector vector, Metadata metadata) {}
