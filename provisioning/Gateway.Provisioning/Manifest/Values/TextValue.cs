using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Provisioning.Manifest.Values;

/// <summary>A value that is written as text and is valid when it exists. Its pattern goes into the JSON Schema, its words into diagnostics.</summary>
/// <typeparam name="TSelf">The value type itself.</typeparam>
public interface ITextValue<TSelf>
    where TSelf : struct, ITextValue<TSelf>
{
    /// <summary>ECMA-262 pattern of the text, anchored.</summary>
    static abstract string Pattern { get; }

    /// <summary>What is allowed, in words, for a diagnostic.</summary>
    static abstract string Allowed { get; }

    /// <summary>Reads the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value when the text is valid.</param>
    static abstract bool TryRead(string text, out TSelf value);

    /// <summary>The text as it is written to JSON.</summary>
    string Text { get; }
}

/// <summary>What the schema and the diagnostics need to know about a text value's type.</summary>
/// <param name="Pattern">ECMA-262 pattern.</param>
/// <param name="Allowed">What is allowed, in words.</param>
public sealed record TextValueDescription(string Pattern, string Allowed);

/// <summary>Reads and writes every <see cref="ITextValue{TSelf}"/> as a JSON string, as a value and as a member name.</summary>
public sealed class TextValueConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => IsTextValue(typeToConvert);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(TextValueConverter<>).MakeGenericType(typeToConvert))!;

    /// <summary>The description of a text value's type, or null when the type is none.</summary>
    /// <param name="type">Any type.</param>
    public static TextValueDescription? Describe(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (!IsTextValue(plain))
            return null;
        string Read(string name) => (string)plain.GetProperty(name)!.GetValue(null)!;
        return new TextValueDescription(Read("Pattern"), Read("Allowed"));
    }

    private static bool IsTextValue(Type type) =>
        type.IsValueType && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITextValue<>));

    private sealed class TextValueConverter<T> : JsonConverter<T>
        where T : struct, ITextValue<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()!) : throw new JsonException($"expected {T.Allowed}");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.Text);

        private static T Parse(string text) => T.TryRead(text, out var value) ? value : throw new JsonException($"expected {T.Allowed}");
    }
}
