using System.Globalization;
using System.Text;
using System.Text.Json;
using Serilog.Events;
using Serilog.Parsing;

namespace Gwctl.Logs;

/// <summary>A line of the gateway's log: compact JSON as Serilog writes it ("Serilog.Formatting.Compact", its README: <c>@t</c>, <c>@mt</c>, <c>@l</c>, <c>@x</c> and the properties).</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Level">How grave.</param>
/// <param name="Template">The words of the program, with the places of its values.</param>
/// <param name="Values">The values, by name.</param>
/// <param name="Exception">What failed, with its trace; null where nothing did.</param>
internal sealed record LogLine(DateTimeOffset At, LogEventLevel Level, string Template, IReadOnlyDictionary<string, JsonElement> Values, string? Exception)
{
    private static readonly MessageTemplateParser Parser = new();

    /// <summary>Reads a line; null where it is none, such as one that is being written.</summary>
    /// <param name="json">The line.</param>
    public static LogLine? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var line = document.RootElement;
            return new LogLine(
                line.GetProperty("@t").GetDateTimeOffset(), line.TryGetProperty("@l", out var level) ? Enum.Parse<LogEventLevel>(level.GetString()!) : LogEventLevel.Information,
                line.GetProperty("@mt").GetString()!, line.EnumerateObject().Where(field => !field.Name.StartsWith('@')).ToDictionary(field => field.Name, field => field.Value.Clone()),
                line.TryGetProperty("@x", out var exception) ? exception.GetString() : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The words with their values, each as <paramref name="shown"/> gives it.</summary>
    /// <param name="shown">What stands for a value; a value that the line lacks keeps its name.</param>
    public string Text(Func<JsonElement, string> shown)
    {
        var text = new StringBuilder();
        foreach (var token in Parser.Parse(Template).Tokens)
            text.Append(token is PropertyToken property && Values.TryGetValue(property.PropertyName, out var value) ? shown(value) : token.ToString());
        return text.ToString();
    }

    /// <summary>As a person reads it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{At:yyyy-MM-dd HH:mm:ss} UTC  {Level.ToString().ToLowerInvariant(),-11}  {Text(value => value.ToString())}{(Exception is null ? "" : $"  ({FirstLine(Exception)})")}");

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r');
}
