using System.Collections.Concurrent;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>A relay that takes every mail, but for what a test has it do.</summary>
internal sealed class ScriptedSmtp : ScriptedServer
{
    /// <summary>A command's answer that is no answer: the connection ends.</summary>
    public const string Drop = "";

    private int dropsInContent;

    /// <summary>What it offers; STARTTLS is taken away behind it.</summary>
    public string[] Extensions { get; init; } = ["STARTTLS", "SIZE 100000000", "ENHANCEDSTATUSCODES"];

    /// <summary>What it answers in place of the usual, by the command's first word, or by <c>greeting</c> and <c>content</c>; null for the usual.</summary>
    public Func<string, string?> Answers { get; init; } = _ => null;

    /// <summary>What it sends right behind its answer to STARTTLS, in the clear.</summary>
    public string Injected { get; init; } = "";

    /// <summary>How many times it drops the connection in the middle of a mail's content.</summary>
    public int DropsInContent { get; init; }

    /// <summary>Whether it hears and does not answer after the handshake.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The port of another server that goes on, raw, after STARTTLS.</summary>
    public int HandsOverTo { get; init; }

    public ConcurrentQueue<(string Sender, string Recipient, byte[] Content)> Taken { get; } = [];

    /// <summary>All commands, of all connections.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    public static ScriptedSmtp Start(ScriptedSmtp server)
    {
        server.Serve();
        return server;
    }

    protected override async Task TalkAsync(Dialogue dialogue)
    {
        var (sender, recipient, isSecure) = ("", "", false);
        if (!await AnswerAsync(dialogue, "greeting", "220 scripted ESMTP"))
            return;
        while (await dialogue.HearAsync() is { } command)
        {
            Heard.Enqueue(command);
            if (IsSilent && isSecure)
                continue;
            var verb = command.Split(' ', ':')[0].ToUpperInvariant();
            var usual = verb switch
            {
                "EHLO" => string.Join("\r\n", new[] { "250-scripted" }.Concat(Extensions.Where(e => !(isSecure && e == "STARTTLS")).Select(e => "250-" + e)).Append("250 HELP")),
                "DATA" => "354 go ahead",
                "STARTTLS" => "220 go ahead" + Injected,
                "QUIT" => "221 bye",
                _ => "250 2.0.0 Ok",
            };
            if (!await AnswerAsync(dialogue, verb, usual))
                return;
            switch (verb)
            {
                case "STARTTLS" when HandsOverTo > 0:
                    await HandOverAsync(dialogue);
                    return;
                case "STARTTLS" when Answers(verb) is null:
                    await dialogue.SecureAsync(Shown, takesNone: ClosesAfterCertificate);
                    isSecure = true;
                    if (ClosesAfterCertificate)
                        return;
                    break;
                case "MAIL":
                    sender = command.Split('<', '>')[1];
                    break;
                case "RCPT":
                    recipient = command.Split('<', '>')[1];
                    break;
                case "DATA" when Answers(verb) is null:
                    if (await ContentAsync(dialogue) is not { } content)
                        return;
                    if (Answers("content") is null)
                        Taken.Enqueue((sender, recipient, content));
                    if (!await AnswerAsync(dialogue, "content", "250 2.0.0 Ok: queued as 4F1"))
                        return;
                    break;
                case "QUIT":
                    return;
            }
        }
    }

    private async Task<bool> AnswerAsync(Dialogue dialogue, string about, string usual)
    {
        var answer = Answers(about) ?? usual;
        if (answer.Length > 0)
            await dialogue.SayAsync(answer);
        return answer.Length > 0 && !answer.StartsWith("421", StringComparison.Ordinal);
    }

    // As a server of RFC 5321 section 4.5.2 reads it.
    private async Task<byte[]?> ContentAsync(Dialogue dialogue)
    {
        using var content = new MemoryStream();
        var drops = Interlocked.Increment(ref dropsInContent) <= DropsInContent;
        while (await dialogue.HearBytesAsync() is { } line)
        {
            if (line is [(byte)'.', (byte)'\r', (byte)'\n'])
                return content.ToArray();
            content.Write(line[0] == '.' ? line.AsSpan(1) : line);
            if (drops && content.Length > 1000)
                return null;
        }

        return null;
    }

    private async Task HandOverAsync(Dialogue dialogue)
    {
        using var other = new System.Net.Sockets.TcpClient();
        await other.ConnectAsync(System.Net.IPAddress.Loopback, HandsOverTo, dialogue.Cancellation);
        await Task.WhenAny(dialogue.Stream.CopyToAsync(other.GetStream(), dialogue.Cancellation), other.GetStream().CopyToAsync(dialogue.Stream, dialogue.Cancellation));
    }
}
