// Package analyzertest holds the statements of package compare against the real
// GoogleSQL analyzer: names, types and signatures must resolve as on BigQuery.
// It is a module of its own because the analyzer takes minutes to build.
package analyzertest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-googlesql"
)

// analyzer is a catalog with BigQuery's types and functions, and no tables.
type analyzer struct {
	catalog *googlesql.SimpleCatalog
	options *googlesql.AnalyzerOptions
	types   *googlesql.TypeFactory
}

func newAnalyzer(t *testing.T) analyzer {
	t.Helper()
	must(t, googlesql.Init())
	language := try(googlesql.NewLanguageOptions())(t)
	must(t, language.EnableMaximumLanguageFeatures())
	// COLLATE is in BigQuery but still called in development here.
	must(t, language.EnableLanguageFeature(googlesql.LanguageFeatureFeatureAnnotationFramework))
	must(t, language.EnableLanguageFeature(googlesql.LanguageFeatureFeatureCollationSupport))
	must(t, language.SetProductMode(googlesql.ProductModeProductExternal))
	must(t, language.SetSupportsAllStatementKinds())
	a := analyzer{
		catalog: try(googlesql.NewSimpleCatalog("catalog", nil))(t),
		options: try(googlesql.NewAnalyzerOptions2())(t),
		types:   try(googlesql.NewTypeFactory())(t),
	}
	must(t, a.catalog.AddBuiltinFunctionsAndTypes(&googlesql.BuiltinFunctionOptions{LanguageOptions: language}))
	must(t, a.options.SetLanguage(language))
	return a
}

func (a analyzer) add(t *testing.T, name string, columns []column) {
	t.Helper()
	table := try(googlesql.NewSimpleTable(name, 0))(t)
	for _, c := range columns {
		of := try(googlesql.AnalyzeType(c.Type, a.options, a.catalog, a.types))(t)
		must(t, table.AddColumn2(try(googlesql.NewSimpleColumn(name, c.Name, of, false, true))(t), false))
	}
	must(t, a.catalog.AddTable(table))
}

type column struct{ Name, Type string }

func TestStatements(t *testing.T) {
	files, err := filepath.Glob("../testdata/*.sql")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no statements in ../testdata: run the tests of package compare with -update")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			a := newAnalyzer(t)
			var tables map[string][]column
			must(t, json.Unmarshal(try(os.ReadFile(tablesOf(file)))(t), &tables))
			for name, columns := range tables {
				a.add(t, name, columns)
			}
			sql := string(try(os.ReadFile(file))(t))
			if _, err := googlesql.AnalyzeStatement(sql, a.options, a.catalog, a.types); err != nil {
				t.Errorf("%v", err)
			}
		})
	}
}

// tablesOf is the file with the tables that a statement reads, which statements of
// one case share.
func tablesOf(file string) string {
	name := strings.TrimSuffix(file, ".sql")
	for _, suffix := range []string{"_proof", "_diffs", "_explain", "_fingerprint"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return name + ".json"
}

// TestAnalyzerObjects makes sure that the analyzer does find mistakes.
func TestAnalyzerObjects(t *testing.T) {
	a := newAnalyzer(t)
	a.add(t, "p.d.t", []column{{"d", "DATETIME"}, {"j", "JSON"}})
	for _, sql := range []string{
		"SELECT UNIX_MICROS(x.`d`) FROM `p.d.t` AS x",
		"SELECT 1 UNION ALL SELECT 'a'",
		"SELECT x.`e` FROM `p.d.t` AS x",
	} {
		if _, err := googlesql.AnalyzeStatement(sql, a.options, a.catalog, a.types); err == nil {
			t.Errorf("no objection to %s", sql)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func try[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}
