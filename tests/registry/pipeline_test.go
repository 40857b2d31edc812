//go:build sandbox

package registry_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// pipelineName is the command under which the test binary is a pipeline: it counts the messages of each vessel and day.
const pipelineName = "days"

// The environment of the pipeline that is not in the key of a run: the file that gets a line for each invocation, the first day
// of the invocation that shall fail, and how long each waits before it writes.
const (
	countVariable = "DIT_TEST_COUNT"
	failVariable  = "DIT_TEST_FAIL"
	pauseVariable = "DIT_TEST_PAUSE"
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

// pipeline replaces the days of a range in its output. Done again it gives the same; killed in its middle it leaves days missing.
func pipeline(args []string) int {
	var start, end, source, output, tag string
	f := flag.NewFlagSet(pipelineName, flag.ExitOnError)
	f.StringVar(&start, "start", "", "first day")
	f.StringVar(&end, "end", "", "the day after the last")
	f.StringVar(&source, "source", "", "table of messages")
	f.StringVar(&output, "output", "", "table of days")
	f.StringVar(&tag, "tag", "", "to tell invocations apart")
	f.Parse(args)
	if err := count(tag, start, output, source); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if start == os.Getenv(failVariable) {
		fmt.Fprintln(os.Stderr, "it shall fail on", start)
		return 3
	}
	if text := os.Getenv(pauseVariable); text != "" {
		pause, err := time.ParseDuration(text)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		time.Sleep(pause)
	}
	client, err := bq.Open(context.Background(), os.Getenv("GOOGLE_CLOUD_PROJECT"), "US")
	if err == nil {
		err = replaceDays(client, start, end, source, output)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// count notes an invocation in one write, so that those of many processes do not mix.
func count(fields ...string) error {
	name := os.Getenv(countVariable)
	if name == "" {
		return errors.New(countVariable + " is not set")
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Join(fields, " ") + "\n")
	return errors.Join(err, f.Close())
}

func replaceDays(client *bigquery.Client, start, end, source, output string) error {
	first, err := civil.ParseDate(start)
	if err != nil {
		return err
	}
	behind, err := civil.ParseDate(end)
	if err != nil {
		return err
	}
	days := []bigquery.QueryParameter{{Name: "start", Value: first}, {Name: "end", Value: behind}}
	for _, sql := range []string{
		"CREATE TABLE IF NOT EXISTS `" + output + "` (day DATE, vessel STRING, messages INT64, speed INT64) PARTITION BY day",
		"DELETE FROM `" + output + "` WHERE day >= @start AND day < @end",
		"INSERT INTO `" + output + "` (day, vessel, messages, speed) " + daysOf(source) + " HAVING day >= @start AND day < @end",
		"CREATE VIEW IF NOT EXISTS `" + output + "_last` AS SELECT * FROM `" + output + "`",
	} {
		var given []bigquery.QueryParameter
		if strings.Contains(sql, "@start") {
			given = days
		}
		if err := execute(context.Background(), client, sql, given...); err != nil {
			return err
		}
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
