//go:build sandbox

package registry_test

import (
	"context"
	"errors"
	"fmt"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/workflows"
)

const descriptorText = `
name: days
repository: https://example.com/days.git
install: {python: "3.11", constraints: [days==1.0]}
dates: half-open
defaults: {start: 2024-01-01, end: 2024-01-07, tail_days: 3, backfill_days: 1, modes: [bfd]}
params:
  - {name: tag, type: string, default: none, description: changes nothing but the key}
sources:
  - {name: messages, time_column: timestamp, columns: [{name: timestamp, type: TIMESTAMP}, {name: vessel, type: STRING}, {name: speed, type: INT64}]}
outputs:
  - {name: days, keys: [day, vessel], view_suffix: _last}
steps:
  - name: count
    args: [days, "--start={{.Start}}", "--end={{.End}}", "--source={{.Source.messages}}", "--output={{.Output.days}}", "--tag={{.Param.tag}}"]
mutation: {source: messages, where: vessel != 'v2', description: a vessel is missing}
`

// descriptor is that of the pipeline, to be changed at will.
func descriptor() *workflows.Descriptor {
	d, err := workflows.ParseDescriptor("days.yaml", []byte(descriptorText))
	if err != nil {
		panic(err) // the text above
	}
	return d
}

// makeSource makes the table that the pipeline reads: ten days, six vessels, and another number of messages on each day.
func makeSource() error {
	return execute(ctx(), world.client, fmt.Sprintf(`CREATE TABLE %s.messages AS
SELECT TIMESTAMP_ADD(TIMESTAMP '2024-01-01', INTERVAL d * 24 + h HOUR) AS timestamp, CONCAT('v', CAST(v AS STRING)) AS vessel, h * 7 + v AS speed
FROM UNNEST(GENERATE_ARRAY(0, 9)) AS d, UNNEST(GENERATE_ARRAY(1, 6)) AS v, UNNEST(GENERATE_ARRAY(0, 20)) AS h WHERE h <= MOD(d * 5 + v, 19)`, world.dataset))
}

func execute(ctx context.Context, client *bigquery.Client, sql string, parameters ...bigquery.QueryParameter) error {
	q := client.Query(sql)
	q.Parameters = parameters
	if _, err := q.Read(ctx); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// daysOf is what the pipeline makes of all messages of a table.
func daysOf(source string) string {
	return "SELECT DATE(timestamp) AS day, vessel, COUNT(*) AS messages, SUM(speed) AS speed FROM `" + source + "` GROUP BY day, vessel"
}

// rowsOf reads a table of days, or a query, as one text a row, in order.
func rowsOf(ctx context.Context, from string, days workflows.Range) ([]string, error) {
	q := world.client.Query("SELECT CONCAT(CAST(day AS STRING), ' ', vessel, ' ', CAST(messages AS STRING), ' ', CAST(speed AS STRING)) AS r FROM " + from + " WHERE day >= @start AND day < @end ORDER BY r")
	q.Parameters = []bigquery.QueryParameter{{Name: "start", Value: days.Start}, {Name: "end", Value: days.End}}
	it, err := q.Read(ctx)
	if err != nil {
		return nil, fmt.Errorf("rows of %s: %w", from, err)
	}
	var rows []string
	for {
		var row struct{ R string }
		if err := it.Next(&row); errors.Is(err, iterator.Done) {
			return rows, nil
		} else if err != nil {
			return nil, err
		}
		rows = append(rows, row.R)
	}
}
