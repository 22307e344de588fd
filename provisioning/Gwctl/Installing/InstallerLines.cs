using System.Text;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;

namespace Gwctl.Installing;

/// <summary>
/// What the installer's bridge hears: lines of JSON (UTF-8), each with one text in the language of whoever sits there. <c>progress</c> with <c>permille</c>, <c>note</c>, <c>error</c>,
/// <c>show</c> (what a person opens afterwards); and an empty one from time to time, so that the bridge can ask whether it is cancelled.
/// </summary>
internal sealed class InstallerLines : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);
    private readonly Stream output = Console.OpenStandardOutput();
    private readonly Lock guard = new();
    private readonly Timer beats;
    private readonly bool isGerman;
    private int furthest;

    /// <summary>Begins to speak.</summary>
    /// <param name="language"><c>de</c> or <c>en</c>.</param>
    public InstallerLines(string language)
    {
        isGerman = language == "de";
        beats = new Timer(_ => Write(new { }), null, Beat, Beat);
    }

    /// <summary>What is done now.</summary>
    /// <param name="text">What.</param>
    /// <param name="permille">How much of all is done, in thousandths; it never goes back.</param>
    public void Progress(Wording text, int permille)
    {
        lock (guard)
            Write(new { progress = Of(text), permille = furthest = Math.Max(furthest, permille) });
    }

    /// <summary>For the log.</summary>
    /// <param name="text">What is noted.</param>
    public void Note(string text) => Write(new { note = text });

    /// <summary>Why it does not go on: one text, however many reasons there are.</summary>
    /// <param name="reasons">The reasons.</param>
    public void Error(IEnumerable<Diagnostic> reasons) =>
        Write(new { error = string.Join("\n", reasons.Select(reason => $"{reason.Code} {(isGerman ? reason.German : null) ?? $"{Place(reason)}{reason.Message} {reason.Mend}"}")) });

    /// <summary>What a person opens afterwards.</summary>
    /// <param name="path">The file.</param>
    public void Show(string path) => Write(new { show = path });

    public void Dispose()
    {
        beats.Dispose();
        output.Dispose();
    }

    private static string Place(Diagnostic reason) => reason.Place is null ? "" : $"{reason.Place}: ";

    private string Of(Wording text) => isGerman ? text.German : text.English;

    private void Write<T>(T line)
    {
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, ManifestJson.Compact) + "\n");
        lock (guard)
        {
            output.Write(bytes);
            output.Flush();
        }
    }
}
