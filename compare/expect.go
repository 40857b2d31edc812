package compare

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Expectation says which keys must differ, no more and no less.
type Expectation struct {
	// Where is a condition in GoogleSQL over the columns compared, by their names on
	// the left. A key is expected to differ if a row of it on either side meets it.
	Where string
	// Keys is how many keys must differ. 0: at least one.
	Keys int64
}

// Expected is how the differences met what was expected of them, in keys.
type Expected struct {
	Where string `json:"where"`
	// Keys is how many were to differ; 0: not said.
	Keys int64 `json:"keys,omitempty"`
	// Differing were expected to differ and do, Agreeing were and do not.
	Differing int64 `json:"differing"`
	Agreeing  int64 `json:"agreeing"`
	// Unexpected differ and were not expected to.
	Unexpected int64 `json:"unexpected"`
}

// complaints say what was not as expected.
func (e *Expected) complaints() (out []string) {
	if e.Unexpected > 0 {
		out = append(out, fmt.Sprintf("%s, not expected to", plural(e.Unexpected, "key differs", "keys differ")))
	}
	if e.Agreeing > 0 {
		out = append(out, fmt.Sprintf("%s, expected to differ", plural(e.Agreeing, "key agrees", "keys agree")))
	}
	switch {
	case e.Keys > 0 && e.Differing != e.Keys:
		out = append(out, fmt.Sprintf("%s as expected, not %d", plural(e.Differing, "key differs", "keys differ"), e.Keys))
	case e.Differing+e.Agreeing == 0:
		out = append(out, "no row is one that was expected to differ")
	}
	return out
}

// expected is TRUE for a row that meets the condition. The condition sees nothing
// but the columns, under their names on the left.
func (s shape) expected(n int, x string) string {
	return fmt.Sprintf("IFNULL((SELECT (\n%s\n) FROM (SELECT %s)), FALSE)", s.expect, s.named(n, x))
}

// named are the columns of x, on side n, under their names on the left.
func (s shape) named(n int, x string) string {
	var columns []string
	for _, c := range s.all() {
		columns = append(columns, fmt.Sprintf("%s.%s AS %s", x, quote(c.on(n).Name), quote(c.left.Name)))
	}
	return strings.Join(columns, ", ")
}

// try has the engine look at the condition, without running it. One that is no
// condition is the caller's mistake.
func (r runner) try(ctx context.Context, s shape, left string) error {
	x := rangeVariable(schemas(s)...)
	// Here the names stand alone. In the statement a name that is none of them could be
	// another of the table, such as an ignored column.
	plan, err := r.plan(ctx, fmt.Sprintf("SELECT (\n%s\n) AS expected FROM (SELECT %s FROM %s AS %s)", s.expect, s.named(0, x), left, x))
	switch {
	case errors.Is(err, bq.ErrInvalid) || errors.Is(err, bq.ErrNotFound):
		return argument("the condition for expected differences cannot be evaluated: %v", err)
	case err == nil && (len(plan.schema) != 1 || plan.schema[0].Type != bigquery.BooleanFieldType):
		return argument("the expected differences need a condition, which is TRUE or FALSE: %s", s.expect)
	}
	return err
}
