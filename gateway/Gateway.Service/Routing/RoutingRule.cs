using System.IO.Enumeration;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Routing;

/// <summary>One rule. A condition that is null fits everything.</summary>
internal sealed record RoutingRule
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>The AE title that was called.</summary>
    public AeTitle? Called { get; init; }

    /// <summary>The AE title that called.</summary>
    public AeTitle? Calling { get; init; }

    /// <summary>The modality.</summary>
    public string? Modality { get; init; }

    /// <summary>What the description of study or series contains, whatever its case; * and ? as in file names.</summary>
    public string? Description { get; init; }

    /// <summary>The body part examined.</summary>
    public string? BodyPart { get; init; }

    /// <summary>The local time of day from which it holds, or null.</summary>
    public TimeOnly? From { get; init; }

    /// <summary>The local time of day at which it ends, or null.</summary>
    public TimeOnly? Until { get; init; }

    /// <summary>The targets, by id.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>How urgent the images are.</summary>
    public Priority Priority { get; init; } = Priority.Normal;

    /// <summary>Whether an instance fits.</summary>
    public bool Fits(ImageAttributes image, AeTitle? calling, AeTitle? called, TimeOnly localTime) =>
        (Called is null || Called == called)
        && (Calling is null || Calling == calling)
        && (Modality is null || string.Equals(Modality, image.Modality, StringComparison.OrdinalIgnoreCase))
        && (BodyPart is null || string.Equals(BodyPart, image.BodyPart, StringComparison.OrdinalIgnoreCase))
        && (Description is null || Contains(image.StudyDescription) || Contains(image.SeriesDescription))
        && IsIn(localTime);

    private bool Contains(string text) => FileSystemName.MatchesSimpleExpression($"*{Description}*", text, ignoreCase: true);

    // Over midnight where it ends before it begins; all day where it ends when it begins.
    private bool IsIn(TimeOnly time)
    {
        var (from, until) = (From ?? TimeOnly.MinValue, Until ?? TimeOnly.MinValue);
        return from == until || time.IsBetween(from, until);
    }
}
