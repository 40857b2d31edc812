package steady

import "testing"

func TestUnsteady(t *testing.T) {
	for definition, want := range map[string]bool{
		"SELECT * FROM `p.d.t`": false, "SELECT COUNT(*) AS n FROM p.d.t GROUP BY a.b": false, "SELECT * FROM `p.d.t_*`": true, "SELECT `p.d.f`(x) FROM t": true,
		"SELECT d.f(x) FROM t": true, "SELECT x FROM d.t FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-01'": true, "select current_timestamp": true, "SELECT a.x FROM t AS a WHERE a.y IN (1)": false,
		"SELECT * FROM ML.PREDICT(MODEL d.m, TABLE d.t)": true, "SELECT @@session_id": true, "SELECT * FROM a JOIN b USING (x)": false, "SELECT rand_id FROM t": false,
		"SELECT * FROM d.INFORMATION_SCHEMA.TABLES": true, "SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')": true, "SELECT * FROM t TABLESAMPLE SYSTEM (1 PERCENT)": true,
		"SELECT * FROM GRAPH_TABLE (d.g MATCH (n) RETURN n.x)": true,
	} {
		if got := Unsteady(definition) != ""; got != want {
			t.Errorf("%s: unsteady %v, want %v (found %q)", definition, got, want, Unsteady(definition))
		}
	}
}

func TestSubquery(t *testing.T) {
	for predicate, want := range map[string]bool{
		"a IN (1, 2)": false, "a IN (SELECT b FROM t)": true, "a IN (\n from t)": true, "a IN (/* x */ -- y\n FROM t)": true, "EXTRACT(DAY FROM t) = 1": false,
		"a IS DISTINCT FROM b": false, "selected": false, "EXISTS(WITH x AS (FROM t) FROM x)": true, "a IN UNNEST([1])": false,
	} {
		if got := Subquery(predicate); got != want {
			t.Errorf("%s: subquery %v, want %v", predicate, got, want)
		}
	}
}
