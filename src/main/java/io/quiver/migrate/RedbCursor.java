package io.quiver.migrate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The entries of one table in the order of their keys. That each key is larger than the one before
 * it is checked: so a tree that leads in a circle, or to a page of another time, is an error and
 * never an endless walk. Belongs to one thread.
 */
final class RedbCursor {
  private static final int DEPTH_MAX = 20;

  /** A branch, and which child comes next. */
  private static final class Step {
    private final RedbPage page;
    private int next;

    Step(RedbPage page) {
      this.page = page;
    }
  }

  private final RedbFile file;
  private final RedbWidths widths;
  private final Comparator<ByteBuffer> order;
  private final Deque<Step> path = new ArrayDeque<>();
  private OptionalLong pending;
  private Optional<RedbPage> leaf = Optional.empty();
  private int index;
  private Optional<ByteBuffer> previous = Optional.empty();

  /**
   * Stands before the first entry.
   *
   * @param root number of the root page; absent for a table without rows
   * @param order of the keys
   */
  RedbCursor(RedbFile file, OptionalLong root, RedbWidths widths, Comparator<ByteBuffer> order) {
    this.file = file;
    this.pending = root;
    this.widths = widths;
    this.order = order;
  }

  /** Goes to the next entry; false after the last. */
  boolean advance() throws IOException {
    if (leaf.isPresent() && index + 1 < leaf.get().count()) {
      index++;
    } else if (!nextLeaf()) {
      leaf = Optional.empty();
      return false;
    }
    ByteBuffer key = key();
    if (previous.isPresent() && order.compare(previous.get(), key) >= 0) {
      throw malformed("its keys do not ascend");
    }
    previous = Optional.of(key);
    return true;
  }

  private boolean nextLeaf() throws IOException {
    while (true) {
      if (pending.isPresent()) {
        RedbPage page = file.page(pending.getAsLong());
        pending = OptionalLong.empty();
        if (page.isLeaf()) {
          leaf = Optional.of(page);
          index = 0;
          return true;
        }
        if (path.size() == DEPTH_MAX) {
          throw file.malformed("page", page.offset(), "more than " + DEPTH_MAX + " levels");
        }
        path.push(new Step(page));
      }
      if (path.isEmpty()) {
        return false;
      }
      Step step = path.element();
      if (step.next > step.page.count()) {
        path.pop();
      } else {
        pending = OptionalLong.of(step.page.child(step.next++));
      }
    }
  }

  /** The key of this entry. */
  ByteBuffer key() throws MalformedFileException {
    return leaf.orElseThrow().key(index, widths);
  }

  /** The value of this entry. */
  ByteBuffer value() throws MalformedFileException {
    return leaf.orElseThrow().value(index, widths);
  }

  MalformedFileException malformed(String problem) {
    return file.malformed("page", leaf.map(RedbPage::offset).orElse(0L), problem);
  }
}
