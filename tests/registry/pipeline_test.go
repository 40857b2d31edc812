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

	"github.com/GlobalFishingWatch/dit/bq"
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
