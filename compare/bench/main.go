// Command bench compares tables in three ways, on the same data and engine, and
// prints what each took against dit:
//
//	dit        [compare.Inputs]
//	join       a FULL OUTER JOIN of all columns of both sides, written to a table
//	           that is then queried: what tools for this usually do
//	datacompy  the rows of both sides, fetched and compared in memory
//
// It exits with 1 if dit gives another verdict than it must, or reads more than it
// may. How long anything takes never makes it fail.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/compare"
)

const (
	project = "dit-sandbox"
	dataset = "dit_bench"
)

// bench is where it all runs.
type bench struct {
	client *bigquery.Client
	wire   *wire
	python string
}

func main() {
	log.SetFlags(0)
	python := flag.String("python", "python3", "Python interpreter that has datacompy and the BigQuery clients")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "DIT_SANDBOX=http://HOST:PORT/bigquery/v2/ go run ./compare/bench [--python=PATH] [ROWS…]")
		flag.PrintDefaults()
	}
	flag.Parse()
	sizes := []int{10_000, 100_000, 1_000_000}
	if flag.NArg() > 0 {
		sizes = nil
	}
	for _, text := range flag.Args() {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1000 {
			log.Fatalf("%q is not a number of rows from 1000 on", text)
		}
		sizes = append(sizes, n)
	}
	if err := run(context.Background(), *python, sizes); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, python string, sizes []int) (err error) {
	wire, err := listen(os.Getenv("DIT_SANDBOX"))
	if err != nil {
		return err
	}
	client, err := bq.Open(ctx, project, "US", option.WithEndpoint("http://"+wire.address+"/bigquery/v2/"), option.WithoutAuthentication())
	if err != nil {
		return err
	}
	defer client.Close()
	if err := bq.EnsureDataset(ctx, client, dataset); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Dataset(dataset).DeleteWithContents(ctx)) }()

	b := bench{client, wire, python}
	var wrong []error
	header(os.Stdout)
	for _, rows := range sizes {
		if err := b.fill(ctx, rows); err != nil {
			return err
		}
		same := b.measure(ctx, equal)
		show(os.Stdout, rows, "equal", same)
		other := b.measure(ctx, changed)
		show(os.Stdout, rows, "0.1 % changed", other)
		wrong = append(wrong, same[0].check(rows, compare.Identical, 0, 1), other[0].check(rows, compare.Different, rows/every, 2))
	}
	return errors.Join(wrong...)
}
