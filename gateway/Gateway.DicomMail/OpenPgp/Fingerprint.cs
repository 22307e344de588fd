using System.Diagnostics.CodeAnalysis;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>The fingerprint of an OpenPGP key, version 4 (RFC 9580 section 5.5.4.2): 20 bytes, written as 40 upper-case hexadecimal characters.</summary>
public readonly record struct Fingerprint
{
    private const int Length = 40;

    private readonly string? value;

    private Fingerprint(string value) => this.value = value;

    /// <summary>The 40 characters.</summary>
    public string Value => value ?? new string('0', Length);

    /// <summary>The low 64 bits, by which messages name the key (RFC 9580 section 5.5.4.2).</summary>
    public long KeyId => Convert.ToInt64(Value[^16..], 16);

    /// <summary>Reads one as a person writes it: blanks and colons between the characters do not count, nor does their case.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Fingerprint? fingerprint)
    {
        var characters = string.Concat((text ?? "").Where(character => character is not (' ' or ':'))).ToUpperInvariant();
        fingerprint = characters.Length == Length && characters.All(char.IsAsciiHexDigit) ? new Fingerprint(characters) : null;
        return fingerprint is not null;
    }

    /// <summary>The fingerprint of these 20 bytes.</summary>
    /// <exception cref="ArgumentException">They are not 20.</exception>
    public static Fingerprint Of(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length / 2 ? new Fingerprint(Convert.ToHexString(bytes)) : throw new ArgumentException("20 bytes are a fingerprint", nameof(bytes));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
