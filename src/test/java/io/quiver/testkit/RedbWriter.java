package io.quiver.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds database files of redb byte by byte from their published layout: one commit, pages of 512
 * bytes, few entries a leaf so that small tables have branches. Knows nothing of the reader.
 */
public final class RedbWriter {
  public static final int PAGE_BYTES = 512;

  private static final String NUMBER = "\u0001u64";
  private static final String TEXT = "\u0001&str";

  private final int version;
  private final int regionHeaderPages;
  private final List<byte[]> pages = new ArrayList<>();
  private final TreeMap<String, byte[]> tables = new TreeMap<>();

  public RedbWriter(int version, int regionHeaderPages) {
    this.version = version;
    this.regionHeaderPages = regionHeaderPages;
  }

  /** A table of u64 → text. */
  public RedbWriter numbersToTexts(String name, Map<Long, String> rows) {
    List<byte[][]> entries = new ArrayList<>();
    TreeMap<Long, String> sorted = new TreeMap<>(Long::compareUnsigned);
    sorted.putAll(rows);
    for (Map.Entry<Long, String> row : sorted.entrySet()) {
      entries.add(new byte[][] {number(row.getKey()), utf8(row.getValue())});
    }
    return table(name, NUMBER, TEXT, 8, -1, entries);
  }

  /** A table of u64 → nothing. */
  public RedbWriter numbers(String name, List<Long> keys) {
    List<byte[][]> entries = new ArrayList<>();
    keys.stream().sorted().forEach(key -> entries.add(new byte[][] {number(key), new byte[0]}));
    return table(name, NUMBER, "\u0001()", 8, 0, entries);
  }

  /** A table of text → u64. */
  public RedbWriter textsToNumbers(String name, Map<String, Long> rows) {
    List<byte[][]> entries = new ArrayList<>();
    new TreeMap<>(rows)
        .forEach((key, value) -> entries.add(new byte[][] {utf8(key), number(value)}));
    return table(name, TEXT, NUMBER, -1, 8, entries);
  }

  /** A table in the order of the entries given, which may be a wrong one. */
  public RedbWriter table(
      String name, String keys, String values, int keyBytes, int valueBytes, List<byte[][]> rows) {
    long root = rows.isEmpty() ? 0 : tree(rows, keyBytes < 0, valueBytes < 0);
    ByteBuffer head = little(64 + keys.length() + values.length());
    head.put((byte) 3).putLong(rows.size()).put((byte) (rows.isEmpty() ? 0 : 1)).putLong(root);
    head.putLong(1).putLong(2).putLong(rows.size());
    head.put((byte) (keyBytes < 0 ? 0 : 1)).putInt(Math.max(0, keyBytes));
    head.put((byte) (valueBytes < 0 ? 0 : 1)).putInt(Math.max(0, valueBytes));
    head.putInt(1).putInt(1).putInt(keys.length()).put(utf8(keys)).put(utf8(values));
    tables.put(name, bytes(head));
    return this;
  }

  /** The file, with its root in the slot that the flags make the primary one. */
  public byte[] file(int flags) {
    List<byte[][]> entries = new ArrayList<>();
    tables.forEach((name, head) -> entries.add(new byte[][] {utf8(name), head}));
    long root = entries.isEmpty() ? 0 : tree(entries, true, true);
    ByteBuffer header = little(PAGE_BYTES);
    header.put("redb".getBytes(StandardCharsets.US_ASCII));
    header.put(new byte[] {0x1A, 0x0A, (byte) 0xA9, 0x0D, 0x0A, (byte) flags, 0, 0});
    header.putInt(PAGE_BYTES).putInt(regionHeaderPages).putInt(1 << 12).putInt(0).putInt(1);
    int primary = 64 + 128 * (flags & 1);
    header.position(primary);
    header.put((byte) version).put((byte) (entries.isEmpty() ? 0 : 1)).position(primary + 8);
    header.putLong(root);
    header.putLong(primary + 104, 7);
    header.putLong(64 + 128 * (1 - (flags & 1)) + 104, 6);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(bytes(header));
    file.writeBytes(new byte[regionHeaderPages * PAGE_BYTES]);
    pages.forEach(file::writeBytes);
    return file.toByteArray();
  }

  /** Writes leaves of up to three entries, and branches of up to three children above them. */
  private long tree(List<byte[][]> entries, boolean hasKeyEnds, boolean hasValueEnds) {
    List<Long> level = new ArrayList<>();
    for (int i = 0; i < entries.size(); i += 3) {
      List<byte[][]> some = entries.subList(i, Math.min(entries.size(), i + 3));
      level.add(allocate(leaf(some, hasKeyEnds, hasValueEnds)));
    }
    while (level.size() > 1) {
      List<Long> above = new ArrayList<>();
      for (int i = 0; i < level.size(); i += 2) {
        // A branch has two children at least: the last one takes a third, if there is one left.
        boolean isLast = i + 3 == level.size();
        above.add(allocate(branch(level.subList(i, isLast ? i + 3 : i + 2))));
        i += isLast ? 1 : 0;
      }
      level = above;
    }
    return level.getFirst();
  }

  private static byte[] leaf(List<byte[][]> entries, boolean hasKeyEnds, boolean hasValueEnds) {
    int count = entries.size();
    int keys = 4 + (hasKeyEnds ? 4 * count : 0) + (hasValueEnds ? 4 * count : 0);
    int bytes = keys + entries.stream().mapToInt(e -> e[0].length + e[1].length).sum();
    ByteBuffer page = little(bytes);
    page.put((byte) 1).put((byte) 0).putShort((short) count);
    int end = keys;
    for (byte[][] entry : entries) {
      end += entry[0].length;
      if (hasKeyEnds) {
        page.putInt(end);
      }
    }
    for (byte[][] entry : entries) {
      end += entry[1].length;
      if (hasValueEnds) {
        page.putInt(end);
      }
    }
    entries.forEach(entry -> page.put(entry[0]));
    entries.forEach(entry -> page.put(entry[1]));
    return bytes(page);
  }

  /** The keys of a branch are left out: who reads everything does not need them. */
  private static byte[] branch(List<Long> children) {
    ByteBuffer page = little(8 + 24 * children.size());
    page.put((byte) 2).put((byte) 0).putShort((short) (children.size() - 1)).putInt(0);
    children.forEach(child -> page.putLong(11).putLong(12));
    children.forEach(page::putLong);
    return bytes(page);
  }

  /** Gives content a page of the smallest order that holds it; returns its number. */
  private long allocate(byte[] content) {
    int order = 0;
    while (PAGE_BYTES << order < content.length) {
      order++;
    }
    int size = 1 << order;
    while (pages.size() % size != 0) {
      pages.add(new byte[PAGE_BYTES]);
    }
    long index = pages.size() / size;
    byte[] padded = Arrays.copyOf(content, PAGE_BYTES << order);
    for (int i = 0; i < size; i++) {
      pages.add(Arrays.copyOfRange(padded, i * PAGE_BYTES, (i + 1) * PAGE_BYTES));
    }
    return index | (long) order << 59;
  }

  public static byte[] number(long value) {
    return bytes(little(8).putLong(value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer from) {
    byte[] bytes = new byte[from.capacity()];
    from.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
