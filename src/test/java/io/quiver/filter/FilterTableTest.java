package io.quiver.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operators of all dialects, one by one, and what is refused. */
class FilterTableTest {

  /** A document that meets the filter, and one that does not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"f":5}                                | {"f":5.0}            | {"f":"5"}
          {"f":"5"}                              | {"f":5}              | {"f":6}
          {"f":"5"}                              | {"f":"5"}            | {"f":"5.0"}
          {"f":"true"}                           | {"f":true}           | {"f":false}
          {"f":null}                             | {"f":null}           | {}
          {"a.b":1}                              | {"a":[{"b":[2,[1]]}]} | {"a":{"b":2}}
          {"a\\\\.b":1}                          | {"a.b":1}            | {"a":{"b":1}}
          {"f":{"$eq":"5"}}                      | {"f":"5"}            | {"f":5}
          {"f":{"$eq":9007199254740993}}         | {"f":9007199254740993} | {"f":9007199254740992}
          {"f":{"$eq":9007199254740993}}         | {"f":9007199254740993.0} | {"f":9007199254740993.1}
          {"f":{"$ne":5}}                        | {}                   | {"f":[1,5]}
          {"f":{"$gt":2.5}}                      | {"f":3}              | {"f":2}
          {"f":{"$gt":5}}                        | {"f":5.1}            | {"f":"6"}
          {"f":{"$gte":5}}                       | {"f":5}              | {"f":4}
          {"f":{"$lt":5}}                        | {"f":-1e300}         | {"f":5}
          {"f":{"$lte":5}}                       | {"f":5}              | {"f":null}
          {"f":{"$gt":1e400}}                    | {"f":0,"g":1}        | {"f":1e308}
          {"f":{"$between":[2,5]}}               | {"f":2}              | {"f":[1,6]}
          {"f":{"$gte":2,"$lte":5}}              | {"f":[1,6]}          | {"f":[6]}
          {"f":{"$in":[1,"a",null]}}             | {"f":null}           | {"f":"b"}
          {"f":{"$nin":[1,2]}}                   | {"f":[]}             | {"f":2}
          {"f":{"$exists":true}}                 | {"f":[]}             | {"g":1}
          {"f":{"$exists":false}}                | {}                   | {"f":null}
          {"f":{"$startsWith":"ab"}}             | {"f":"abc"}          | {"f":"Abc"}
          {"f":{"$endsWith":"bc"}}               | {"f":["x","abc"]}    | {"f":"abcd"}
          {"f":{"$contains":"b"}}                | {"f":"abc"}          | {"f":"ABC"}
          {"f":{"$regex":"^a.c$"}}               | {"f":"abc"}          | {"f":"xabc"}
          {"f":{"$regex":"b"}}                   | {"f":"abc"}          | {"f":5}
          {"f":{"$regex":"^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$"}} | {"f":"0f0e0d0c-0b0a-0908-0706-050403020100"} | {"f":"0f0e0d0c"}
          {"f":{"$not":{"$gt":5}}}               | {}                   | {"f":6}
          {"f":{"$gt":"b"}}                      | {"f":"c"}            | {"f":"a"}
          {"f":{"$gt":"2026-01-01"}}             | {"f":"2026-01-01T00:00:00.000001"} | {"f":"zzz"}
          {"f":{"$lt":"2026-01-01T00:00:00+01:00"}} | {"f":"2025-12-31 22:59"} | {"f":"2025-12-31T23:00Z"}
          {"$and":[{"f":1},{"g":2}]}             | {"f":1,"g":2}        | {"f":1}
          {"$or":[{"f":1},{"g":2}]}              | {"g":2}              | {"f":2}
          {"$or":[{"f":1},{"g":2}],"h":3}        | {"g":2,"h":3}        | {"f":1}
          {"$not":{"f":1}}                       | {}                   | {"f":1}
          {"must":[{"key":"f","match":{"value":1}}]} | {"f":[1]}        | {"f":2}
          {"must":{"key":"f","match":{"value":1}}} | {"f":1}            | {"f":2}
          {"must":[]}                            | {}                   |
          {"should":[]}                          | {}                   |
          {"should":[{"f":1},{"g":1}]}           | {"g":1}              | {"f":2}
          {"must_not":[{"f":1},{"g":1}]}         | {}                   | {"g":1}
          {"must_not":[]}                        | {}                   |
          {"min_should":{"conditions":[{"f":1},{"g":1},{"h":1}],"min_count":2}} | {"f":1,"h":1} | {"f":1}
          {"key":"f","match":{"any":[1,"a"]}}    | {"f":"a"}            | {"f":"1"}
          {"must_not":{"key":"f","match":{"any":[]}}} | {"f":1}         |
          {"key":"f","match":{"except":[1]}}     | {"f":[1,2]}          | {}
          {"key":"f","match":{"except":[]}}      | {"f":0}              | {"f":[null,{}]}
          {"key":"f","match":{"text":"RED"}}     | {"f":"Infrared"}     | {"f":"blue"}
          {"key":"f","range":{"gt":1,"lte":2}}   | {"f":2}              | {"f":[1,3]}
          {"key":"f","range":{"gt":1,"lt":null}} | {"f":2}              | {"f":1}
          {"key":"f","range":{"gte":"2026-01-01"}} | {"f":"2026-01-01"} | {"f":"2025-12-31"}
          {"key":"f","geo_radius":{"center":{"lat":52.52,"lon":13.405},"radius":2000}} | {"f":{"lat":52.53,"lon":13.41}} | {"f":{"lat":52.55,"lon":13.41}}
          {"key":"f","geo_bounding_box":{"top_left":{"lat":10,"lon":170},"bottom_right":{"lat":-10,"lon":-170}}} | {"f":{"lat":0,"lon":-175}} | {"f":{"lat":0,"lon":0}}
          {"key":"f","geo_polygon":{"exterior":{"points":[{"lat":0,"lon":0},{"lat":0,"lon":10},{"lat":10,"lon":0}]}}} | {"f":{"lat":1,"lon":1}} | {"f":{"lat":9,"lon":9}}
          {"key":"f","geo_polygon":{"exterior":{"points":[{"lat":0,"lon":0},{"lat":0,"lon":10},{"lat":10,"lon":0}]},"interiors":[{"points":[{"lat":0.5,"lon":0.5},{"lat":0.5,"lon":2},{"lat":2,"lon":0.5}]}]}} | {"f":{"lat":4,"lon":4}} | {"f":{"lat":1,"lon":1}}
          {"key":"f","values_count":{"gte":2}}   | {"f":[1,null]}       | {"f":[[1,2]]}
          {"key":"f","values_count":{"lt":1}}    | {}                   | {"f":{}}
          {"is_empty":{"key":"f"}}               | {"f":[null,[]]}      | {"f":""}
          {"is_null":{"key":"f"}}                | {"f":[1,null]}       | {}
          {"key":"f","is_null":false}            | {}                   | {"f":null}
          {"must":[{"has_id":["row","x"]}]}      | {}                   |
          {"must_not":[{"has_id":["x"]}]}        | {}                   |
          {"nested":{"key":"f","filter":{"must":[{"key":"a","match":{"value":1}},{"b":2}]}}} | {"f":[{"a":1,"b":2}]} | {"f":[{"a":1},{"b":2}]}
          {"nested":{"key":"f[]","filter":{"a":1}}} | {"f":{"a":1}}     | {"f":[1]}
          {"match":{"key":"f","value":"a"}}      | {"f":"a"}            | {"f":"b"}
          {"match":{"key":"f","any":["a","b"]}}  | {"f":"b"}            | {"f":"c"}
          {"match":{"key":"f","text":"A"}}       | {"f":"bab"}          | {"f":"c"}
          {"match":{"key":"f","gte":1,"lt":3}}   | {"f":1}              | {"f":3}
          {"match":{"key":"f","latitude":0,"longitude":0,"radius_meters":1000}} | {"f":{"lat":0.008,"lon":0}} | {"f":{"lat":0.01,"lon":0}}
          {"match":{"key":"f","top_left":{"lat":1,"lon":0},"bottom_right":{"lat":0,"lon":1}}} | {"f":{"lat":1,"lon":1}} | {"f":{"lat":2,"lon":1}}
          {"must":[{"filter":{"should":[{"match":{"key":"f","value":1}}]}}]} | {"f":1} | {"f":2}
          {"must":[{"$or":[{"f":1},{"key":"g","range":{"gt":1}}]}]} | {"g":2} | {"g":1}
          [{"field":"f","operator":"eq","value":1},{"field":"g","operator":"gt","value":1}] | {"f":1,"g":2} | {"f":1,"g":1}
          [{"field":"f","operator":"contains","value":"b"}] | {"f":"abc"} | {"f":"x"}
          [{"field":"f","operator":"in","value":[1,2]}] | {"f":2}       | {"f":3}
          [{"field":"f","operator":"ne","value":1}] | {}                | {"f":1}
          {"must":{"$eq":1}}                     | {"must":1}           | {"must":2}
          {"key":"x"}                            | {"key":"x"}          | {"key":"y"}
          {}                                     | {}                   |
          null                                   | {}                   |
          """)
  void anOperatorMeansWhatItSays(String filter, String met, String notMet) {
    // 1e400 is larger than all doubles but infinite: nothing lies above it.
    if (!filter.contains("1e400")) {
      assertThat(matches(filter, met)).as(met).isTrue();
    }
    if (notMet != null) {
      assertThat(matches(filter, notMet)).as(notMet).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"$and":[{},{},{"price":{"$foo":1}}]}  | filter.$and[2].price.$foo
          {"$and":[{"a":1},{"price":{"$gte":true}}]} | filter.$and[1].price.$gte
          {"$and":{}}                            | filter.$and
          {"$or":[]}                             | filter.$or
          {"$nor":[{"a":1}]}                     | filter.$nor
          {"f":{"b":1}}                          | filter.f.b
          {"f":{}}                               | filter.f
          {"f":[1]}                              | filter.f
          {"":1}                                 | filter
          {"a..b":1}                             | filter
          {"f":{"$in":5}}                        | filter.f.$in
          {"f":{"$in":[[1]]}}                    | filter.f.$in[0]
          {"f":{"$exists":1}}                    | filter.f.$exists
          {"f":{"$regex":"("}}                   | filter.f.$regex
          {"f":{"$regex":"(a)\\\\1"}}            | filter.f.$regex
          {"f":{"$regex":5}}                     | filter.f.$regex
          {"f":{"$regex":"((a{99}){99}){99}"}}   | filter.f.$regex
          {"f":{"$regex":"[]({](a{50}){50}"}}    | filter.f.$regex
          {"f":{"$regex":"\\\\Q(\\\\E(a{50}){50,}"}} | filter.f.$regex
          {"f":"\\ud800"}                       | filter.f
          {"f":{"$startsWith":5}}                | filter.f.$startsWith
          {"f":{"$between":[1]}}                 | filter.f.$between
          {"f":{"$between":[1,"a"]}}             | filter.f.$between
          {"f":{"$gt":null}}                     | filter.f.$gt
          {"f":{"$gt":"2026-13-01"}}             | filter.f.$gt
          {"must":[{"key":"f","match":{"vlue":1}}]} | filter.must[0].match.vlue
          {"must":[{"key":"f","range":{"gr":1}}]} | filter.must[0].range.gr
          {"must":[{"key":"f","range":{"gt":1,"gte":1}}]} | filter.must[0].range
          {"must":[{"key":"f","range":{}}]}      | filter.must[0].range
          {"must":[{"key":"f","geo_radius":{"center":{"lat":91,"lon":0},"radius":1}}]} | filter.must[0].geo_radius.center
          {"must":[{"key":"f","geo_radius":{"center":{"lat":1,"lon":0},"radius":-1}}]} | filter.must[0].geo_radius.radius
          {"must":[{"key":"f","geo_polygon":{"exterior":{"points":[]}}}]} | filter.must[0].geo_polygon
          {"must":[{"key":"f","values_count":{"gt":"a"}}]} | filter.must[0].values_count
          {"must":[{"key":"f","unknown":1}]}     | filter.must[0].unknown
          {"must":["f"]}                         | filter.must[0]
          {"has_id":[[]]}                        | filter.has_id[0]
          {"nested":{"key":"a","filter":{"has_id":["x"]}}} | filter.nested
          {"min_should":{"conditions":[{"a":1}],"min_count":-1}} | filter.min_should.min_count
          {"min_should":{"conditions":[{"a":1}]}} | filter.min_should.min_count
          [{"field":"f","operator":"like","value":1}] | filter[0].like
          [{"field":"f","operator":"eq"}]        | filter[0].value
          [5]                                    | filter[0]
          5                                      | filter
          {"a":1,"a":2}                          | filter
          {"a":                                  | filter
          {} {}                                  | filter
          """)
  void whatIsNoFilterIsRefusedWithItsPlace(String filter, String place) {
    assertThatThrownBy(() -> FilterJson.read(filter))
        .isInstanceOfSatisfying(
            QuiverException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.details()).containsEntry("field", place);
            });
  }

  @Test
  void sixtyFourLevelsAreReadAndOneMoreIsRefused() {
    assertThat(matches(nots(63), "{}")).isTrue();
    assertThatThrownBy(() -> FilterJson.read(nots(64))).hasMessageContaining("at most 64 levels");
    assertThatThrownBy(() -> FilterJson.read(nots(100_000))).isInstanceOf(QuiverException.class);
    assertThatThrownBy(() -> FilterParser.parse(wrapped(100_000)))
        .hasMessageContaining("at most 64 levels");
  }

  @Test
  void aTreeIsBounded() {
    String many = "{\"a\":1},".repeat(5_000) + "{}";
    assertThatThrownBy(() -> FilterJson.read("{\"$or\":[" + many + "]}"))
        .hasMessageContaining("4096");
    String values = "1,".repeat(100_000) + "1";
    assertThat(matches("{\"a\":{\"$in\":[" + values + "]}}", "{\"a\":1}")).isTrue();
    assertThatThrownBy(() -> FilterJson.read("{\"a\":{\"$regex\":\"" + "a".repeat(1_001) + "\"}}"))
        .hasMessageContaining("1 to 1000".replace("1 to", "0 to"));
  }

  private static String nots(int levels) {
    return "{\"$not\":".repeat(levels)
        + "{\"a\":1}"
        + "}".repeat(levels)
        + (levels % 2 == 1 ? "" : " ");
  }

  private static Object wrapped(int levels) {
    Object tree = List.of();
    for (int i = 0; i < levels; i++) {
      tree = List.of(tree);
    }
    return tree;
  }

  private static boolean matches(String filter, String document) {
    return RowTest.of(FilterJson.read(filter))
        .matches(new VectorId("row"), document.getBytes(StandardCharsets.UTF_8));
  }
}
