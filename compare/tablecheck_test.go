package compare

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// onPath makes the program in testdata the table-check that PATH finds, with a copy
// of this answer.
func onPath(t *testing.T, answer []byte) {
	t.Helper()
	bin, err := filepath.Abs("testdata/table-check/bin")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "answer.json")
	if err := os.WriteFile(file, answer, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("TABLE_CHECK_ANSWER", file)
}

// The command line is one that the program takes, and its answer comes back whole.
func TestTableCheckAsk(t *testing.T) {
	onPath(t, tableCheckAnswer(t, "tolerated", nil))
	schema := bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("s", "STRING")}
	s, err := newShape(schema, schema, Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"v": {Absolute: 0.5}}})
	if err != nil {
		t.Fatal(err)
	}
	args, err := tableCheckArgs(tcLeft, tcRight, s)
	if err != nil {
		t.Fatal(err)
	}
	check := TableCheck{Program: "table-check"}
	text, err := check.ask(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	report, err := readTableCheck(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.answers(tcLeft, tcRight, s); err != nil {
		t.Error(err)
	}
	for says, ask := range map[string]func() error{
		"No such option: --ignore": func() error { _, err := check.ask(t.Context(), append(args, "--ignore=x")); return err },
		"Error: the job failed": func() error {
			t.Setenv("TABLE_CHECK_FAILS", "the job failed")
			_, err := check.ask(t.Context(), args)
			os.Unsetenv("TABLE_CHECK_FAILS")
			return err
		},
		"without an answer": func() error {
			t.Setenv("TABLE_CHECK_ANSWER", "")
			_, err := check.ask(t.Context(), args)
			return err
		},
	} {
		if err := ask(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}

func TestTableCheckIsNotThere(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := TableCheck{}.Inputs(context.Background(), nil, Input{Table: tcLeft}, Input{Table: tcRight}, Options{Keys: []string{"id"}})
	var bad *ArgumentError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "table-check is not installed here") {
		t.Errorf("%v", err)
	}
}

func TestKeyStatement(t *testing.T) {
	left := bigquery.Schema{field("id", "INTEGER"), field("order", "FLOAT"), field("x", "FLOAT")}
	s, err := newShape(left, left, Options{Keys: []string{"id", "order"}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "SELECT\n  l.row_count AS left_rows, l.null_keys AS left_null_keys,\n  r.row_count AS right_rows, r.null_keys AS right_null_keys\n" +
		"FROM (SELECT COUNT(*) AS row_count, COUNTIF(x_.`id` IS NULL OR x_.`order` IS NULL OR IS_NAN(x_.`order`)) AS null_keys FROM `dit-sandbox.dit_compare_test.tc_left` AS x_) AS l\n" +
		"CROSS JOIN (SELECT COUNT(*) AS row_count, COUNTIF(x_.`id` IS NULL OR x_.`order` IS NULL OR IS_NAN(x_.`order`)) AS null_keys FROM `dit-sandbox.dit_compare_test.tc_right` AS x_) AS r\n"
	meta := &bigquery.TableMetadata{Schema: left}
	if got := keyStatement(s, source{table: tcLeft, meta: meta}, source{table: tcRight, meta: meta}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
