using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Coercion;

/// <summary>What a text must obey to be a value of its VR (PS3.5 table 6.2-1), as far as its length and its characters go.</summary>
internal static class TextRules
{
    /// <summary>Why a text is no value; null where it is one.</summary>
    public static string? Violation(string text, ValueRepresentation vr)
    {
        if (!vr.IsOneText && vr.ToString() != "UC" && text.Any(char.IsControl))
            return $"{vr} allows no control characters";
        var values = vr.IsOneText ? [text] : text.Split('\\');
        foreach (var value in values)
        {
            var longest = vr == ValueRepresentation.PersonName ? value.Split('=').Max(Length) : Length(value);
            if (Limit(vr) is { } limit && longest > limit)
                return $"the new value is {longest} characters long where {vr} allows {limit}";
        }

        return null;
    }

    private static int? Limit(ValueRepresentation vr) => vr.ToString() switch
    {
        "AS" => 4,
        "DA" => 8,
        "IS" => 12,
        "TM" => 14,
        "AE" or "CS" or "DS" or "SH" => 16,
        "DT" => 26,
        "LO" or "PN" or "UI" => 64,
        "ST" => 1024,
        "LT" => 10240,
        _ => null,
    };

    /// <summary>In characters, of which one outside of the basic plane is one.</summary>
    private static int Length(string text) => text.EnumerateRunes().Count();
}
