package steady

import (
	"strings"
	"testing"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/token"
)

// What depends on chance is found however it is written.
func TestHidden(t *testing.T) {
	for _, sql := range []string{
		"SELECT `RAND`()", "SELECT RAND /*x*/ ()", "SELECT RAND -- x\n()", "SELECT RAND # x\r\n()", "SELECT `session_user`()", "SELECT d./**/f(x)", "SELECT * FROM EXTERNAL_QUERY/**/('c', 'x')",
		"SELECT`RAND`()", "SELECT RAND\u2028()", "SELECT RAND\u00a0()", "SELECT '--' || RAND/**/()", `SELECT '\'/*' || RAND/**/() || '*/'`, `SELECT r"\"" || RAND/**/()`, "SELECT '''a''''' || RAND/**/()",
		"SELECT \"/*\", RAND/**/(), \"*/\"", "SELECT `a--`, `RAND` ()", "SELECT `d` . `f` /**/ (x)", "SELECT (x).(d.f)(y)", "SELECT `RA\\x4eD`()", "SELECT * FROM `p.d.t_\\x2a`", "-- \rSELECT `RAND`()", "SELECT 'a",
		"SELECT a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY a) = 1", "SELECT a FROM t QUALIFY ROW_NUMBER() OVER w = 1 WINDOW w AS (PARTITION BY a)", "SELECT ROW_NUMBER()OVER(PARTITION BY (SELECT a ORDER BY b)) FROM t", "SELECT SUM(x) OVER", "SELECT ARRAY_AGG(x ORDER BY y), STRING_AGG(z) FROM t",
		"SELECT ROW_NUMBER() OVER (PARTITION BY a /* ORDER BY b */) FROM t", "SELECT RANK() OVER (ORDER BY RAND()) FROM t",
		"SELECT ANY_VALUE(a) FROM t", "SELECT ARRAY_AGG(a) FROM t", "SELECT STRING_AGG/**/(a) FROM t", "SELECT ARRAY_CONCAT_AGG(a) FROM t", "SELECT MAX_BY(a, b) FROM t", "SELECT APPROX_QUANTILES(a, 2) FROM t",
		"SELECT ARRAY(SELECT a FROM t)", "SELECT a FROM t LIMIT 5", "FROM t |> LIMIT 5",
	} {
		if Unsteady(sql) == "" {
			t.Errorf("%q is taken for steady", sql)
		}
	}
	for _, sql := range []string{
		"SELECT 'turned over', \"array (x)\", `over_speed` -- over and ANY_VALUE(x)\r\nFROM `world-fishing-827.p.t`", "SELECT a FROM world-fishing-827.p.t WHERE b LIKE r'\\d' # it's", "SELECT ARRAY<INT64>[1], speed_agg FROM t",
		"SELECT ROW_NUMBER()OVER(ORDER BY a) FROM t", "SELECT * FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY COALESCE(a, b) ORDER BY (c) DESC) = 1",
		"SELECT ARRAY_AGG(STRUCT(x, y) ORDER BY y), ARRAY(SELECT x FROM UNNEST(xs) AS x ORDER BY x) FROM t",
		"SELECT DATE '2024-01-01' /* don't */, '''it's''', \"a\\\"b\", COUNT(*)/2 FROM t",
	} {
		if found := Unsteady(sql); found != "" {
			t.Errorf("%q is taken for unsteady: %q", sql, found)
		}
	}
}

// FuzzHidden asks another reader of SQL where chance is called.
func FuzzHidden(f *testing.F) {
	for _, sql := range []string{"SELECT `RAND` /* x */ ()", "'--' rAnD -- y\n (", "r'\\'' # '\n rand(", "\"\"\"a\"\" \"\"\" `rand`(", "'''\\''' ''' /*'*/RAND\v("} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		if Unsteady(sql) == "" && callsChance(sql) {
			t.Errorf("%q is taken for steady", sql)
		}
	})
}

func callsChance(sql string) bool {
	lexer := memefish.Lexer{File: &token.File{Buffer: sql + strings.Repeat(" ", 16)}}
	found, chance := false, false
	for lexer.NextToken() == nil && lexer.Token.Kind != token.TokenEOF {
		found = found || chance && lexer.Token.Kind == "("
		chance = lexer.Token.Kind == token.TokenIdent && strings.EqualFold(lexer.Token.AsString, "rand")
	}
	return found && lexer.Token.Kind == token.TokenEOF
}
