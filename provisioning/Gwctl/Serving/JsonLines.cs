using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;

namespace Gwctl.Serving;

/// <summary>Messages over a stream, one a line. A line that is too long is refused before it fills the memory.</summary>
internal sealed class JsonLines(Stream stream)
{
    private const byte LineEnd = (byte)'\n';
    private byte[] buffer = new byte[4096];
    private int start;
    private int filled;

    /// <summary>The next line, or null when the other side has closed.</summary>
    /// <exception cref="RefusedException">It is too long (GW3401).</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancel)
    {
        for (var searched = start; ;)
        {
            if (buffer.AsSpan(searched, filled - searched).IndexOf(LineEnd) is >= 0 and var at)
            {
                var line = buffer.AsMemory(start, searched + at - start);
                start = searched + at + 1;
                return line;
            }

            if (filled - start > HandOverProtocol.LongestMessage)
                throw HandOverProtocol.NotUnderstood($"it is longer than {HandOverProtocol.LongestMessage} bytes.");
            MakeRoom();
            searched = filled;
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancel);
            if (read == 0)
                return null;
            filled += read;
        }
    }

    /// <summary>The next message, or null when the other side has closed.</summary>
    /// <exception cref="RefusedException">It is none of this protocol (GW3401).</exception>
    public async Task<T?> ReadAsync<T>(CancellationToken cancel)
        where T : class => await ReadAsync(cancel) is { } line ? Parse<T>(line) : null;

    /// <summary>A line as a message.</summary>
    /// <exception cref="RefusedException">It is none of this protocol (GW3401).</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line.Span, ManifestJson.Compact) ?? throw HandOverProtocol.NotUnderstood("it is empty.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw HandOverProtocol.NotUnderstood(e.Message, e);
        }
    }

    /// <summary>The version of the protocol that a first message names.</summary>
    /// <exception cref="RefusedException">It names none (GW3401), or another than this one (GW3402).</exception>
    public static void CheckVersion(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var message = JsonDocument.Parse(line);
            if (message.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("protocol", out var protocol) || !protocol.TryGetInt32(out var version))
                throw HandOverProtocol.NotUnderstood("it names no version of the protocol.");
            if (version != HandOverProtocol.Version)
                throw HandOverProtocol.OtherVersion(version);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw HandOverProtocol.NotUnderstood(e.Message, e);
        }
    }

    /// <summary>Sends a message, once the one before is sent.</summary>
    public async Task WriteAsync<T>(T message, CancellationToken cancel)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, ManifestJson.Compact), LineEnd];
        await stream.WriteAsync(line, cancel);
        await stream.FlushAsync(cancel);
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            // A line that was handed out lies here: whoever has it has read it by now.
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
        }

        if (filled == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
    }
}
