using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Gateway.Service.Metering;

/// <summary>
/// What a meter measures, in the text format that Prometheus reads (version 0.0.4). Names get the unit and, where they count, "total"
/// behind them, as that format asks.
/// </summary>
internal sealed class MetricsText : IDisposable
{
    /// <summary>The content type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]; // seconds

    private readonly Lock turn = new();
    private readonly SortedDictionary<string, Family> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();

    public MetricsText(Meter meter)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter))
                return;
            lock (turn)
                families[instrument.Name] = new Family(instrument);
            self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
    }

    /// <summary>What is measured now.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        lock (turn)
        {
            foreach (var family in families.Values.Where(family => family.IsObserved))
                family.Clear();
            listener.RecordObservableInstruments();
            foreach (var family in families.Values)
                family.Write(text);
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, label) in tags)
            labels.Append(labels.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(Escaped(label?.ToString() ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        lock (turn)
            families[instrument.Name].Take(labels.ToString(), value);
    }

    private static string Escaped(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    // The samples of one instrument.
    private sealed class Family
    {
        private readonly SortedDictionary<string, Samples> series = new(StringComparer.Ordinal);
        private readonly string name;
        private readonly string type;
        private readonly string help;

        public Family(Instrument instrument)
        {
            IsObserved = instrument.IsObservable;
            type = instrument switch
            {
                Histogram<double> => "histogram",
                Counter<long> or ObservableCounter<long> => "counter",
                _ => "gauge",
            };
            var unit = instrument.Unit switch
            {
                "By" => "_bytes",
                "s" => "_seconds",
                _ => "",
            };
            name = instrument.Name.Replace('.', '_') + unit + (type == "counter" ? "_total" : "");
            help = Escaped(instrument.Description ?? "");
        }

        public bool IsObserved { get; }

        public void Clear() => series.Clear();

        public void Take(string labels, double value)
        {
            if (!series.TryGetValue(labels, out var samples))
                series[labels] = samples = new Samples();
            samples.Sum = IsObserved ? value : samples.Sum + value;
            samples.Count++;
            if (type == "histogram")
                samples.Buckets[Array.FindIndex(Bounds, bound => value <= bound) is >= 0 and var index ? index : Bounds.Length]++;
        }

        public void Write(StringBuilder text)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach (var (labels, samples) in series)
            {
                if (type == "histogram")
                    Histogram(text, labels, samples);
                else
                    Sample(text, name, labels, samples.Sum);
            }
        }

        private void Histogram(StringBuilder text, string labels, Samples samples)
        {
            var below = 0L;
            for (var index = 0; index <= Bounds.Length; index++)
            {
                below += samples.Buckets[index];
                var bound = $"le=\"{Number(index == Bounds.Length ? double.PositiveInfinity : Bounds[index])}\"";
                Sample(text, name + "_bucket", labels.Length == 0 ? bound : $"{labels},{bound}", below);
            }

            Sample(text, name + "_sum", labels, samples.Sum);
            Sample(text, name + "_count", labels, samples.Count);
        }

        private static void Sample(StringBuilder text, string name, string labels, double value) =>
            text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(Number(value)).Append('\n');
    }

    private sealed class Samples
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[Bounds.Length + 1];
    }
}
