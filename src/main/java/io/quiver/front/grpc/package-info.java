/**
 * The gRPC surface: translates {@code vectordb.v1.VectorDb} to messages and back, and answers the
 * health and reflection services. Decisions: docs/decisions/0007-grpc.md.
 */
package io.quiver.front.grpc;
