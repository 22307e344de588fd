using System.Text.Json.Serialization;

namespace Gateway.Provisioning.Diagnosis;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
public enum Severity
{
    /// <summary>Something to know; nothing is refused.</summary>
    Warning,

    /// <summary>The input or the machine is refused.</summary>
    Error,
}

/// <summary>Where in a file a diagnostic points to.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Pointer">JSON pointer (RFC 6901) of the value, empty for the document.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column in bytes, from 1.</param>
public sealed record Place(string File, string Pointer, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => Pointer.Length == 0 ? $"{File}:{Line}:{Column}" : $"{File}:{Line}:{Column} {Pointer}";
}

/// <summary>What is wrong, as data: a stable code that can be searched, the place, what was found, what is allowed, how to mend it.</summary>
/// <param name="Code">Stable code, <c>GW</c> and four digits; the thousands name the area (1 manifest, 2 machine, 3 apply, 4 report, 6 rehearsal).</param>
/// <param name="Severity">Whether it refuses.</param>
/// <param name="Message">What was found and what was expected, one sentence.</param>
/// <param name="Mend">What to do about it, one sentence.</param>
/// <param name="Place">Where, when it is about a file's content.</param>
public sealed record Diagnostic(
    string Code,
    Severity Severity,
    string Message,
    string Mend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Place? Place = null)
{
    /// <summary>Message and mend in German, for what the installer shows; null where there are only English ones.</summary>
    [JsonIgnore]
    public string? German { get; init; }

    /// <summary>An error.</summary>
    /// <param name="code">Stable code.</param>
    /// <param name="message">What was found and expected.</param>
    /// <param name="mend">What to do.</param>
    /// <param name="place">Where.</param>
    public static Diagnostic Error(string code, string message, string mend, Place? place = null) =>
        new(code, Severity.Error, message, mend, place);

    /// <summary>A warning.</summary>
    /// <param name="code">Stable code.</param>
    /// <param name="message">What was found and expected.</param>
    /// <param name="mend">What to do.</param>
    /// <param name="place">Where.</param>
    public static Diagnostic Warning(string code, string message, string mend, Place? place = null) =>
        new(code, Severity.Warning, message, mend, place);

    /// <summary>One line for a person: place, severity, code, message, mend.</summary>
    public override string ToString()
    {
        var where = Place is null ? "" : $"{Place}: ";
        return $"{where}{(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message} {Mend}";
    }
}

/// <summary>A refusal on its way from deep inside to the command line. Carries what the user needs; never shown as a stack trace.</summary>
public sealed class RefusedException : Exception
{
    /// <summary>Refuses with one diagnostic.</summary>
    /// <param name="diagnostic">Why.</param>
    /// <param name="inner">What the system said, for the log.</param>
    public RefusedException(Diagnostic diagnostic, Exception? inner = null)
        : base(diagnostic.ToString(), inner) => Diagnostic = diagnostic;

    /// <summary>Why it was refused.</summary>
    public Diagnostic Diagnostic { get; }
}
