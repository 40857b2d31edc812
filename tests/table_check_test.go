//go:build e2e

package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// The way of --engine=table-check, up to the program itself: a real repository, a real installation, and in the place of
// table-check a program that takes its command line and gives an answer from a file.
func TestCompareByTableCheck(t *testing.T) {
	const left, right = "dit-sandbox.dit.e2e_tc_left", "dit-sandbox.dit.e2e_tc_right"
	dagger(t, "-m", "..", "call", "query", "--sql=CREATE SCHEMA IF NOT EXISTS dit; CREATE OR REPLACE TABLE dit.e2e_tc_left AS SELECT id, 0.5 AS v, 'a' AS s FROM UNNEST([1, 2, 3]) AS id; "+
		"CREATE OR REPLACE TABLE dit.e2e_tc_right AS SELECT * FROM dit.e2e_tc_left").want(t, 0)
	repository := tableCheckRepository(t, strings.NewReplacer("dit_compare_test.tc_", "dit.e2e_tc_"))
	compare := []string{"-m", "..", "call", "compare", "--left=" + left, "--right=" + right, "--engine=table-check"}
	for _, c := range []struct {
		reason string
		args   []string
		code   int
		want   []string
	}{
		{"installed and asked", []string{"--keys=id", "--table-check-ref=main", "--table-check-directory=" + repository}, 0, []string{"IDENTICAL", "table-check at commit", "--tolerance=0 --rel-tolerance=0"}},
		{"no repository", []string{"--keys=id", "--table-check-ref=main"}, 2, []string{"--table-check-repo"}},
		{"no such ref", []string{"--keys=id", "--table-check-ref=nope", "--table-check-directory=" + repository}, 2, []string{"nope"}},
		{"no keys", []string{"--table-check-ref=main", "--table-check-directory=" + repository}, 2, []string{"table-check needs keys"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			dagger(t, append(compare[:len(compare):len(compare)], c.args...)...).want(t, c.code, c.want...)
		})
	}
	dagger(t, "-m", "..", "call", "query", "--sql=DROP TABLE dit.e2e_tc_left; DROP TABLE dit.e2e_tc_right").want(t, 0)
}

// tableCheckRepository commits the stand-in and its answer, in which it puts other names.
func tableCheckRepository(t *testing.T, names *strings.Replacer) (dir string) {
	t.Helper()
	const from = "../compare/testdata/table-check/"
	dir = t.TempDir()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(dir, "bin"), 0o755))
	for file, source := range map[string]string{"pyproject.toml": "pyproject.toml", "bin/table-check": "bin/table-check", "answer.json": "identical.json"} {
		text, err := os.ReadFile(from + source)
		must(err)
		must(os.WriteFile(filepath.Join(dir, file), []byte(names.Replace(string(text))), 0o755))
	}
	r, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{InitOptions: git.InitOptions{DefaultBranch: "refs/heads/main"}})
	must(err)
	w, err := r.Worktree()
	must(err)
	must(w.AddGlob("."))
	_, err = w.Commit("stand-in", &git.CommitOptions{Author: &object.Signature{Name: "test", Email: "test@example.com", When: time.Unix(0, 0)}})
	must(err)
	return dir
}
