using System.Text;
using Spectre.Console;

namespace Gwctl;

/// <summary>A secret, from standard input or from a prompt without echo; never from the command line, which others can read.</summary>
internal static class SecretInput
{
    /// <summary>Reads it, byte by byte as it is given, in whatever encoding; a text file ends in a line break, and no secret does.</summary>
    /// <param name="prompt">What a person is asked.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>The secret; empty where there is none.</returns>
    public static async Task<byte[]> ReadAsync(string prompt, CancellationToken cancel)
    {
        if (!Console.IsInputRedirected)
            return Encoding.UTF8.GetBytes(AnsiConsole.Prompt(new TextPrompt<string>(prompt).Secret(null).AllowEmpty()));
        using var read = new MemoryStream();
        await Console.OpenStandardInput().CopyToAsync(read, cancel);
        return read.ToArray().AsSpan().TrimEnd("\r\n"u8).ToArray();
    }
}
