package vessels

import (
	"time"

	"cloud.google.com/go/bigquery"
)

// Message is one position message. A nil field is NULL.
type Message struct {
	MsgID              *string    `json:"msgid"`
	SSVID              *string    `json:"ssvid"`
	SegID              *string    `json:"seg_id"`
	Timestamp          *time.Time `json:"timestamp"`
	Lat                *float64   `json:"lat"`
	Lon                *float64   `json:"lon"`
	Type               *string    `json:"type"`
	ReceiverType       *string    `json:"receiver_type"`
	DistanceFromShoreM *float64   `json:"distance_from_shore_m"`
	DistanceFromPortM  *float64   `json:"distance_from_port_m"`
}

// MessagesSchema is the table of [Message].
var MessagesSchema = bigquery.Schema{
	{Name: "msgid", Type: bigquery.StringFieldType, Description: "Identifies the message; repeats occur."},
	{Name: "ssvid", Type: bigquery.StringFieldType, Description: "The vessel's own number, such as its MMSI."},
	{Name: "seg_id", Type: bigquery.StringFieldType, Description: "The segment of the track."},
	{Name: "timestamp", Type: bigquery.TimestampFieldType, Description: "When the message was sent."},
	{Name: "lat", Type: bigquery.FloatFieldType, Description: "Degrees north."},
	{Name: "lon", Type: bigquery.FloatFieldType, Description: "Degrees east."},
	{Name: "type", Type: bigquery.StringFieldType, Description: "The kind of message, such as AIS.1."},
	{Name: "receiver_type", Type: bigquery.StringFieldType, Description: "terrestrial, satellite or dynamic."},
	{Name: "distance_from_shore_m", Type: bigquery.FloatFieldType, Description: "Metres."},
	{Name: "distance_from_port_m", Type: bigquery.FloatFieldType, Description: "Metres."},
}

// Segment is a stretch of one vessel's track that was judged as a whole.
type Segment struct {
	SegID               string    `json:"seg_id"`
	SSVID               string    `json:"ssvid"`
	FirstTimestamp      time.Time `json:"first_timestamp"`
	LastTimestamp       time.Time `json:"last_timestamp"`
	MessageCount        int       `json:"message_count"`
	GoodSeg2            bool      `json:"good_seg2"`
	OverlappingAndShort bool      `json:"overlapping_and_short"`
}

// SegmentsSchema is the table of [Segment].
var SegmentsSchema = bigquery.Schema{
	{Name: "seg_id", Type: bigquery.StringFieldType, Description: "Identifies the segment."},
	{Name: "ssvid", Type: bigquery.StringFieldType, Description: "The vessel's own number."},
	{Name: "first_timestamp", Type: bigquery.TimestampFieldType, Description: "Time of the first message."},
	{Name: "last_timestamp", Type: bigquery.TimestampFieldType, Description: "Time of the last message."},
	{Name: "message_count", Type: bigquery.IntegerFieldType, Description: "Messages in the segment."},
	{Name: "good_seg2", Type: bigquery.BooleanFieldType, Description: "Whether the segment is no noise."},
	{Name: "overlapping_and_short", Type: bigquery.BooleanFieldType, Description: "Whether it is short and lies within another one."},
}
