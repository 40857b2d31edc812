package steps

import "testing"

func TestUnsteady(t *testing.T) {
	for definition, want := range map[string]bool{
		"SELECT * FROM `p.d.t`": false, "SELECT COUNT(*) AS n FROM p.d.t GROUP BY a.b": false, "SELECT * FROM `p.d.t_*`": true, "SELECT `p.d.f`(x) FROM t": true,
		"SELECT d.f(x) FROM t": true, "SELECT x FROM d.t FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-01'": true, "select current_timestamp": true, "SELECT a.x FROM t AS a WHERE a.y IN (1)": false,
		"SELECT * FROM ML.PREDICT(MODEL d.m, TABLE d.t)": true, "SELECT @@session_id": true, "SELECT * FROM a JOIN b USING (x)": false, "SELECT rand_id FROM t": false,
		"SELECT * FROM d.INFORMATION_SCHEMA.TABLES": true, "SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')": true, "SELECT * FROM t TABLESAMPLE SYSTEM (1 PERCENT)": true,
	} {
		if got := unsteady.MatchString(definition); got != want {
			t.Errorf("%s: unsteady %v, want %v (found %q)", definition, got, want, unsteady.FindString(definition))
		}
	}
}
