package io.quiver.filter;

import io.quiver.core.CollectionName;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.message.BinaryReader;
import io.quiver.message.BinaryWriter;
import io.quiver.message.CountRows;
import io.quiver.message.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Filters of any bytes: refused, or encoded and read again as they are, and of every document
 * either they hold or their negation does.
 */
public final class FilterFuzz implements FuzzTarget {
  private static final CollectionName NAME = new CollectionName("c");
  private static final VectorId ID = new VectorId("id-1");

  private final List<byte[]> documents = new ArrayList<>();

  public FilterFuzz() {
    RandomFilters random = new RandomFilters(1);
    for (int i = 0; i < 8; i++) {
      Map<String, Object> document = random.document();
      String text = document == null ? "" : RandomFilters.json(document);
      documents.add(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void run(byte[] input) {
    Filter filter;
    try {
      filter = FilterJson.read(input);
    } catch (QuiverException e) {
      Expect.readable(e.getMessage());
      return;
    }
    BinaryWriter out = new BinaryWriter();
    CountRows count = new CountRows(NAME, filter);
    Encoding.write(count, out);
    Expect.equal(Encoding.readMessage(new BinaryReader(out.toByteArray())), count);
    for (String field : RowTest.fields(filter)) {
      Expect.that(!field.isEmpty(), () -> "a field without a name");
    }
    RowTest test = RowTest.of(filter);
    for (byte[] document : documents) {
      boolean met = test.matches(ID, document);
      Expect.equal(test.matches(ID, document), met);
      Expect.equal(!isMet(filter, document), !met);
    }
  }

  private static boolean isMet(Filter filter, byte[] document) {
    try {
      return !RowTest.of(new Filter.Not(filter)).matches(ID, document);
    } catch (QuiverException tooDeep) { // As deep as it may be already.
      return RowTest.of(filter).matches(ID, document);
    }
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    RandomFilters random = new RandomFilters(2);
    for (int i = 0; i < 60; i++) {
      String json = RandomFilters.json(random.filter(i % 4, true));
      seeds.add(json.getBytes(StandardCharsets.UTF_8));
    }
    return seeds;
  }
}
