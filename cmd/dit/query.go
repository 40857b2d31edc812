package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"cloud.google.com/go/bigquery"
	"github.com/spf13/cobra"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func query() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "query SQL",
		Short: "run a SQL statement and print its rows",
		Long: `Run a SQL statement and print its rows.

With --format=json it is one object a line. Exits with 2 when the statement is wrong or names what does not exist, 5 when BigQuery did not answer.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.TrimSpace(args[0]) == "" {
				return coded{workflows.ExitArguments, errors.New("the statement is empty; give one in GoogleSQL, such as: SELECT 1")}
			}
			client, err := open(c.Context())
			if err != nil {
				return err
			}
			defer client.Close()
			rows, err := client.Query(args[0]).Read(c.Context())
			if err = bq.Classify(err); errors.Is(err, bq.ErrInvalid) || errors.Is(err, bq.ErrNotFound) {
				return coded{workflows.ExitArguments, err}
			} else if err != nil {
				return err
			}
			if format == "json" {
				return printJSON(rows)
			}
			return printTable(rows)
		},
	}
	addFormat(c, &format, "text", "json")
	return c
}

func printTable(rows *bigquery.RowIterator) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	head := true
	for {
		var row []bigquery.Value
		err := rows.Next(&row)
		if head {
			head = false
			for _, f := range rows.Schema {
				fmt.Fprintf(w, "%s\t", f.Name)
			}
			fmt.Fprintln(w)
		}
		if errors.Is(err, iterator.Done) {
			return w.Flush()
		} else if err != nil {
			return err
		}
		for _, v := range row {
			if v == nil {
				v = "NULL"
			}
			fmt.Fprintf(w, "%v\t", v)
		}
		fmt.Fprintln(w)
	}
}

func printJSON(rows *bigquery.RowIterator) error {
	enc := json.NewEncoder(os.Stdout)
	for {
		row := map[string]bigquery.Value{}
		if err := rows.Next(&row); errors.Is(err, iterator.Done) {
			return nil
		} else if err != nil {
			return err
		}
		if err := enc.Encode(row); err != nil {
			return err
		}
	}
}
