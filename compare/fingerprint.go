package compare

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// FingerprintOf reads a table once and gives its fingerprint, with the version that
// it belongs to, and what that cost. Tables of equal fingerprints hold the same rows, in whatever order,
// under the same columns, in whatever order and spelling. Unequal ones prove nothing:
// the rows may be equal by the options of a comparison.
//
// Of the options it takes MaxBytes, Labels and Location. An [*ArgumentError] tells
// that a table has no fingerprint: a view, whose rows may change without its version,
// or a table with a column that cannot be compared. Another error comes for a table
// that changed meanwhile, rows in a streaming buffer included.
func FingerprintOf(ctx context.Context, client *bigquery.Client, table Table, o Options) (Base, Job, error) {
	t, err := describe(ctx, client, table)
	if err != nil {
		return Base{}, Job{}, err
	}
	if t.meta == nil {
		return Base{}, Job{}, argument("table %s does not exist", table)
	}
	if !t.stored() {
		return Base{}, Job{}, argument("%s is a %s: only what is stored has a fingerprint", table, t.meta.Type)
	}
	for _, f := range t.meta.Schema {
		if reason := why(f); reason != "" {
			return Base{}, Job{}, argument("column %s has no fingerprint: %s", f.Name, reason)
		}
	}
	a, err := newRunner(client, o, t.meta.Location).row(ctx, fingerprint(t.meta.Schema, t.sql()))
	if err != nil {
		return Base{}, Job{}, err
	}
	rows, digest, err := readFingerprint(a.row, t.meta.Schema)
	if err == nil {
		err = unchanged(ctx, client, []source{t}, a)
	}
	if hidden := unseen("table", t, rows); err == nil && len(hidden) > 0 {
		err = errors.New(hidden[0])
	}
	if err != nil {
		return Base{}, a.job, fmt.Errorf("fingerprint of table %s: %w", table, err)
	}
	return Base{Table: table, Version: &t.version, Fingerprint: digest}, a.job, nil
}

// A row counts by the SHA-256 of its canonical text: 9 numbers of 7 hex digits, each
// of which is summed over all rows. Sums do not depend on the order of rows, and do
// not forget repeated ones as XOR would. 28 bits are so few that 2^35 rows do not
// overflow an INT64, and 252 in all are so many that no two tables share their sums
// by chance.
const fingerprintParts, fingerprintDigits = 9, 7

// fingerprint writes the query for the fingerprint of a table: how many rows, and the sums.
func fingerprint(schema bigquery.Schema, from string) string {
	x := rangeVariable(schema)
	var cells []string
	for _, f := range alphabetical(schema) {
		cells = append(cells, encoder{name: x}.cell(x+"."+quote(f.Name), f, f))
	}
	w := &writer{}
	fmt.Fprintf(w, "WITH digests AS (\n  SELECT TO_HEX(SHA256(CONCAT(\n    %s\n  ))) AS digest\n  FROM %s AS %s\n)", strings.Join(cells, ", ',',\n    "), from, x)
	out := []string{"COUNT(*) AS n"}
	for i := range fingerprintParts {
		out = append(out, fmt.Sprintf("IFNULL(SUM(CAST(CONCAT('0x', SUBSTR(digest, %d, %d)) AS INT64)), 0) AS sum%d", 1+i*fingerprintDigits, fingerprintDigits, i))
	}
	return w.query(out, "digests")
}

// readFingerprint makes one text of the sums and of what the columns are. It tells how many rows there were, too.
func readFingerprint(row map[string]bigquery.Value, schema bigquery.Schema) (rows int64, digest string, err error) {
	d := decoder{row: row}
	rows = d.integer("n")
	text := []string{"1"} // the way this is done, should it ever be another
	for _, f := range alphabetical(schema) {
		text = append(text, strings.ToLower(quote(f.Name)+" "+typeName(f)))
	}
	text = append(text, fmt.Sprint(rows))
	for i := range fingerprintParts {
		text = append(text, fmt.Sprint(d.integer(fmt.Sprintf("sum%d", i))))
	}
	sum := sha256.Sum256([]byte(strings.Join(text, "\n")))
	return rows, hex.EncodeToString(sum[:]), d.err
}

// alphabetical has the columns, and the fields inside, by name without regard to case.
func alphabetical(schema bigquery.Schema) bigquery.Schema {
	var out bigquery.Schema
	for _, f := range schema {
		g := *f
		g.Schema = alphabetical(f.Schema)
		out = append(out, &g)
	}
	slices.SortFunc(out, func(a, b *bigquery.FieldSchema) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return out
}
