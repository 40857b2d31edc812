// Package vessels makes synthetic position messages of vessels, and the segments they belong to, in the public schema that
// gap pipelines read. Rows depend on the options and on nothing else: the same bytes on every machine and on every day.
//
// Among ordinary tracks are the awkward ones that such pipelines get wrong, from 20 vessels over 10 days on: see
// the list in tracks.go, and the test that looks for each of them in the rows.
package vessels

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"cloud.google.com/go/civil"
)

// version is part of [Options.ContentID]: raise it with every change that changes a row.
const version = 1

// Options say which data to make.
type Options struct {
	// Vessels is how many there are, at least 1; the awkward ones come first, and again after each 20.
	Vessels int
	// Days is how many days the data covers, at least 1.
	Days int
	// Seed chooses among data sets of the same kind.
	Seed uint64
	// Start is the first day, in UTC: the data covers [Start, Start+Days).
	Start civil.Date
}

// Default is small, and holds every awkward case: 20 vessels over [2024-01-01, 2024-01-11), about 4,500 messages.
func Default() Options {
	return Options{Vessels: 20, Days: 10, Seed: 1, Start: civil.Date{Year: 2024, Month: 1, Day: 1}}
}

// Validate refuses options that describe no data; the error names the option.
func (o Options) Validate() error {
	switch {
	case o.Vessels < 1 || o.Vessels > 1_000_000:
		return fmt.Errorf("vessels is %d; want 1 to 1000000", o.Vessels)
	case o.Days < 1 || o.Days > 3660:
		return fmt.Errorf("days is %d; want 1 to 3660", o.Days)
	case !o.Start.IsValid():
		return fmt.Errorf("start %s is not a date", o.Start)
	}
	return nil
}

// ContentID is a short name for the data that these options make, 10 hexadecimal digits, fit for the name of a table: equal
// ids mean equal rows.
func (o Options) ContentID() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "vessels %d: %d vessels, %d days from %s, seed %d", version, o.Vessels, o.Days, o.Start, o.Seed))
	return hex.EncodeToString(sum[:5])
}
