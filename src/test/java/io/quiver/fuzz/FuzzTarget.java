package io.quiver.fuzz;

import java.io.IOException;
import java.util.List;

/**
 * One reader of bytes that come from outside, and what it promises of any bytes. Used by one
 * thread.
 */
public interface FuzzTarget {
  /**
   * Gives the bytes to the reader. Returns if they were read, or refused as the reader's contract
   * says; whatever it throws is a finding.
   *
   * @throws AssertionError if what came out is not what an oracle says
   * @throws IOException if a refusal came from where none may
   */
  void run(byte[] input) throws IOException;

  /** Well-formed inputs to begin with, made by code. */
  List<byte[]> seeds() throws IOException;
}
