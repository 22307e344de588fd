using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Service.Ledgers;

/// <summary>
/// A line of the ledger: a JSON object, a tab, and the first 16 hexadecimal characters of its SHA-256. So a line that was torn by a loss of
/// power, or changed since, is told from one that was written; a number that is missing tells of a line that is gone.
/// </summary>
/// <param name="Number">Its number, from 1, without gaps.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="What">What had happened.</param>
internal sealed record LedgerLine(
    [property: JsonPropertyName("n")] long Number, [property: JsonPropertyName("at")] DateTimeOffset At, [property: JsonPropertyName("what")] LedgerEvent What)
{
    private const int DigestLength = 16;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The line with its digest and its end.</summary>
    public byte[] ToBytes()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, Options);
        return [.. json, (byte)'\t', .. DigestOf(json), (byte)'\n'];
    }

    /// <summary>What had happened, as it stands in the line.</summary>
    public JsonElement WhatAsJson() => JsonSerializer.SerializeToElement(What, Options);

    /// <summary>Reads a line without its end; null where it is not whole.</summary>
    public static LedgerLine? Read(ReadOnlySpan<byte> line)
    {
        var tab = line.Length - DigestLength - 1;
        if (tab <= 0 || line[tab] != (byte)'\t' || !line[(tab + 1)..].SequenceEqual(DigestOf(line[..tab])))
            return null;
        try
        {
            return JsonSerializer.Deserialize<LedgerLine>(line[..tab], Options);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return null; // whole, but of a product that says more than this one understands
        }
    }

    private static byte[] DigestOf(ReadOnlySpan<byte> json) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, DigestLength / 2)));
}
