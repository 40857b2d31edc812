package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/cloudspannerecosystem/memefish/token"

	"github.com/GlobalFishingWatch/dit/bq"
)

// materialise makes a table of a query, with labels and expiry from its first moment. It is laid out as the table like is, where that
// is by days, hours, months or years of a TIMESTAMP.
func materialise(ctx context.Context, client *bigquery.Client, made bq.Table, like *bigquery.TableMetadata, query, description string, labels map[string]string) error {
	var layout, marks []string
	for _, f := range like.Schema {
		if p := like.TimePartitioning; p != nil && strings.EqualFold(f.Name, p.Field) && f.Type == bigquery.TimestampFieldType {
			unit := p.Type
			if unit == "" {
				unit = bigquery.DayPartitioningType
			}
			layout = append(layout, fmt.Sprintf("PARTITION BY TIMESTAMP_TRUNC(`%s`, %s)", f.Name, unit))
		}
	}
	if c := like.Clustering; c != nil && len(c.Fields) > 0 {
		layout = append(layout, "CLUSTER BY `"+strings.Join(c.Fields, "`, `")+"`")
	}
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		marks = append(marks, fmt.Sprintf("(%s, %s)", token.QuoteSQLString(k), token.QuoteSQLString(labels[k])))
	}
	q := client.Query(fmt.Sprintf("CREATE TABLE %s %s\nOPTIONS (description = %s, expiration_timestamp = TIMESTAMP '%s', labels = [%s])\nAS %s",
		made.SQL(), strings.Join(layout, " "), token.QuoteSQLString(description), time.Now().Add(tableLifetime).UTC().Format(time.RFC3339), strings.Join(marks, ", "), query))
	q.Labels = labels
	job, err := q.Run(ctx)
	if err != nil {
		return err
	}
	if err = bq.Finish(ctx, job, nil); err != nil { // a job that nobody waits for any more would make the table all the same
		ending, done := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
		defer done()
		if job.Cancel(ending) == nil {
			_, _ = job.Wait(ending)
		}
		return errors.Join(err, dropAltered(ending, client, made))
	}
	return nil
}
