package io.quiver.front.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.front.grpc.v1.SearchPlan;
import io.quiver.message.ShardPlan;
import io.quiver.message.ShardPlan.FilterSource;
import io.quiver.message.ShardPlan.Way;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each number of a plan stands in its own field, and each word is one of the contract. */
class ExplainRpcTest {
  @Test
  void eachNumberOfAPlanStandsInItsOwnField() {
    ShardPlan plan =
        new ShardPlan(
            Way.CODE_SCAN,
            FilterSource.INDEX_AND_ROWS,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8_999,
            9_000,
            10_001,
            11_500);
    SearchPlan expected =
        SearchPlan.newBuilder()
            .setWay("code_scan")
            .setFilterBy("index_and_rows")
            .setIndexedRows(1)
            .setFilterRowsRead(2)
            .setMatches(3)
            .setLive(4)
            .setScanRowsMax(5)
            .setOpened(6)
            .setScored(7)
            .setFilterUs(8)
            .setWalkUs(9)
            .setScanUs(10)
            .setReadUs(11)
            .build();
    assertThat(ExplainRpc.plan(plan)).isEqualTo(expected);
  }

  @Test
  void everyWordIsOneOfTheContract() {
    assertThat(Stream.of(Way.values()).map(ExplainRpc::word))
        .containsExactly("nothing", "scan", "code_scan", "graph", "filtered_walk");
    assertThat(Stream.of(FilterSource.values()).map(ExplainRpc::word))
        .containsExactly("none", "kept", "index", "index_and_rows", "rows");
  }
}
