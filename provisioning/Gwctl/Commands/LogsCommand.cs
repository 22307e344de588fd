using System.CommandLine;
using System.Globalization;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Asking;
using Gwctl.Logs;
using Gwctl.Printing;
using Serilog.Events;
using Spectre.Console;

namespace Gwctl.Commands;

/// <summary>Shows the gateway's log.</summary>
internal static class LogsCommand
{
    private static readonly Option<LogEventLevel> Level = new("--level") { Description = "Only lines at least as grave as this.", DefaultValueFactory = _ => LogEventLevel.Information };

    private static readonly Option<string> Since = new("--since") { Description = "How far back, such as 30m, 12h or 7d.", HelpName = "TIME", DefaultValueFactory = _ => "24h" };

    private static readonly Option<int> Lines = new("--lines") { Description = "At most so many, the newest.", HelpName = "NUMBER", DefaultValueFactory = _ => 200 };

    private static readonly Option<bool> Follow = new("--follow") { Description = "Go on and show each line as it is written, until Ctrl-C." };

    public static Command Create()
    {
        var command = Inputs.Command(
            "logs",
            """
            Show the gateway's log of the last day, the oldest line first. It names no patient and no user.

            Example:
              gwctl logs --level warning --since 7d
            """,
            Level, Since, Lines, Follow, Inputs.Root, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var output = Output.Of(parsed);
            var root = parsed.GetValue(Inputs.Root);
            var level = parsed.GetValue(Level);
            var since = TimeProvider.System.GetUtcNow() - AgeOf(parsed.GetValue(Since)!);
            var folder = LogFolder.Of(Built.Appliance(root), root);
            var lines = folder.Since(since).Where(line => line.Level >= level).TakeLast(parsed.GetValue(Lines)).ToList();
            if (output.IsJson)
            {
                Output.Json(new { lines = lines.Select(line => new { line.At, line.Level, text = line.Text(value => value.ToString()), line.Exception }) });
                return (int)ExitCode.Holds;
            }

            foreach (var line in lines)
                Print(output, line);
            if (!parsed.GetValue(Follow))
            {
                if (lines.Count == 0)
                    output.Line("no such line");
                return (int)ExitCode.Holds;
            }

            try
            {
                await foreach (var line in folder.FollowAsync(lines is [.., var last] ? last.At.AddTicks(1) : since, cancel))
                {
                    if (line.Level >= level)
                        Print(output, line);
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // Ctrl-C
            }

            return (int)ExitCode.Holds;
        });
        return command;
    }

    private static void Print(Output output, LogLine line) => output.Line(line.ToString(), line.Level switch { >= LogEventLevel.Error => Color.Red, LogEventLevel.Warning => Color.Yellow, _ => Color.Default });

    private static TimeSpan AgeOf(string text) =>
        text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 10_000 && text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => (TimeSpan?)null,
        } is { } age ? age : throw new RefusedException(Diagnostic.Error("GW0008", $"'{text}' is no time.", "Give --since a number and a unit: 30m, 12h or 7d."));
}
