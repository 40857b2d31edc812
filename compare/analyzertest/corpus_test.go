package analyzertest

import (
	"testing"

	"cloud.google.com/go/bigquery"
	"github.com/goccy/go-googlesql"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/compare/internal/corpus"
)

// TestCorpus analyses what makes the tables of each case, and what compares them.
func TestCorpus(t *testing.T) {
	cases := try(corpus.Load("../testdata/corpus"))(t)
	a := newAnalyzer(t)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			left, leftSchema := a.make(t, c.Name+"-left", c.Left)
			right, rightSchema := a.make(t, c.Name+"-right", c.Right)
			for name, write := range map[string]func(l, r compare.Input, ls, rs bigquery.Schema, o compare.Options) (string, error){
				"statement": compare.Statement, "proof": compare.Proof, "explanation": compare.ExplanationStatement,
			} {
				sql, err := write(left, right, leftSchema, rightSchema, c.Options.For())
				if err != nil {
					if c.Want["read"] != false {
						t.Errorf("%s: no %s: %v", c.Reason, name, err)
					}
					continue
				}
				if _, err := googlesql.AnalyzeStatement(sql, a.options, a.catalog, a.types); err != nil {
					t.Errorf("%s: the %s: %v\n%s", c.Reason, name, err, sql)
				}
			}
		})
	}
}

// make declares a table as its DDL says, and tells its schema as the service would. Its rows must fit it.
func (a analyzer) make(t *testing.T, name string, side corpus.Side) (compare.Input, bigquery.Schema) {
	t.Helper()
	input := compare.Input{Table: try(bq.ParseTable("project-1.d." + name))(t)}
	table := try(googlesql.NewSimpleTable(input.Table.String(), 0))(t)
	var schema bigquery.Schema
	for i, sql := range side.Statements(input.Table.SQL()) {
		output, err := googlesql.AnalyzeStatement(sql, a.options, a.catalog, a.types)
		if err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
		if i > 0 {
			continue
		}
		ddl := try(output.ResolvedStatement())(t).(*googlesql.ResolvedCreateTableStmt)
		for _, c := range try(ddl.ColumnDefinitionList())(t) {
			columnName, of := try(c.Name())(t), try(c.Type())(t)
			must(t, table.AddColumn2(try(googlesql.NewSimpleColumn(name, columnName, of, false, true))(t), false))
			schema = append(schema, fieldOf(t, columnName, of))
		}
		must(t, a.catalog.AddTable(table))
	}
	return input, schema
}

// scalars are the types as the service names them.
var scalars = map[googlesql.TypeKind]bigquery.FieldType{
	googlesql.TypeKindTypeInt64: "INTEGER", googlesql.TypeKindTypeDouble: "FLOAT", googlesql.TypeKindTypeNumeric: "NUMERIC",
	googlesql.TypeKindTypeBignumeric: "BIGNUMERIC", googlesql.TypeKindTypeBool: "BOOLEAN", googlesql.TypeKindTypeString: "STRING",
	googlesql.TypeKindTypeBytes: "BYTES", googlesql.TypeKindTypeDate: "DATE", googlesql.TypeKindTypeDatetime: "DATETIME",
	googlesql.TypeKindTypeTime: "TIME", googlesql.TypeKindTypeTimestamp: "TIMESTAMP", googlesql.TypeKindTypeJson: "JSON",
	googlesql.TypeKindTypeGeography: "GEOGRAPHY", googlesql.TypeKindTypeInterval: "INTERVAL",
}

// fieldOf describes a type as the service does. Limits, such as those of STRING(10), change no statement.
func fieldOf(t *testing.T, name string, of googlesql.Googlesql_TypeNode) *bigquery.FieldSchema {
	t.Helper()
	f := &bigquery.FieldSchema{Name: name}
	if f.Repeated = try(of.IsArray())(t); f.Repeated {
		of = try(try(of.AsArray())(t).ElementType())(t)
	}
	if !try(of.IsStruct())(t) {
		kind := try(of.Kind())(t)
		if kind == googlesql.TypeKindTypeRange {
			f.Type = "RANGE"
			element := fieldOf(t, name, try(try(of.AsRange())(t).ElementType())(t))
			f.RangeElementType = &bigquery.RangeElementType{Type: element.Type}
			return f
		}
		if f.Type = scalars[kind]; f.Type == "" {
			t.Fatalf("column %s is of a kind that is not known here: %v", name, kind)
		}
		return f
	}
	f.Type = bigquery.RecordFieldType
	for _, sub := range try(try(of.AsStruct())(t).Fields())(t) {
		f.Schema = append(f.Schema, fieldOf(t, sub.Name, sub.Type_))
	}
	return f
}
